//! Who may see the page: a browser on this machine that was told to go there.
//!
//! Records may be anybody's business, and what they hold may be written by anybody. So the page answers only connections from this
//! machine, and only under names that no one else's DNS can give to it; what it sends can neither run scripts that are not the
//! page's own, nor be read or framed by other sites. Another site cannot make a browser send `application/json` here without being
//! asked first, and is told no.

use std::net::{IpAddr, SocketAddr};

use axum::extract::{ConnectInfo, Request};
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HOST, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderName, HeaderValue, Method};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};

use super::Refusal;

/// Its own scripts and styles, its own answers, and nothing from anywhere else.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; \
                      base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

const HEADERS: [(HeaderName, &str); 5] = [
    (CONTENT_SECURITY_POLICY, POLICY),
    (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (REFERRER_POLICY, "no-referrer"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    // Another binary may answer under the same address a moment later.
    (CACHE_CONTROL, "no-cache"),
];

/// Lets through what a browser on this machine asks the page.
pub(super) async fn check(request: Request, next: Next) -> Response {
    let mut response = match allowed(&request) {
        Ok(()) => next.run(request).await,
        Err(refusal) => refusal.into_response(),
    };
    for (name, value) in HEADERS {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response
}

fn allowed(request: &Request) -> Result<(), Refusal> {
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>();
    if !peer.is_some_and(|ConnectInfo(peer)| peer.ip().to_canonical().is_loopback()) {
        return Err(Refusal::forbidden(
            "the page is for this machine alone\n  hint: from another one, `ssh -L 4573:127.0.0.1:4573 HOST`",
        ));
    }
    let header = |name| request.headers().get(name).and_then(|value: &HeaderValue| value.to_str().ok());
    if !header(HOST).is_some_and(is_this_machine) {
        return Err(Refusal::forbidden(
            "the page answers to an address, and to `localhost`\n  hint: open it as http://127.0.0.1 with its port",
        ));
    }
    if request.method() == Method::POST && header(CONTENT_TYPE) != Some("application/json") {
        return Err(Refusal::bad("what is tried comes as `application/json`"));
    }
    Ok(())
}

/// Whether a `Host` is an address or `localhost`: other names may be anybody's who makes them lead here.
fn is_this_machine(host: &str) -> bool {
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|digit| digit.is_ascii_digit()) => name,
        _ => host,
    };
    name == "localhost" || name.trim_matches(['[', ']']).parse::<IpAddr>().is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_is_an_address_or_localhost() {
        for host in ["localhost", "localhost:4573", "127.0.0.1:4573", "[::1]:4573", "192.168.1.2"] {
            assert!(is_this_machine(host), "{host}");
        }
        for host in ["example.com", "example.com:4573", "127.0.0.1.example.com", "localhost.example.com", ""]
        {
            assert!(!is_this_machine(host), "{host}");
        }
    }
}
