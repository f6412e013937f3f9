//! URLs: of an object in S3, and of a plugin that teams share.

use std::fmt;

/// An object in S3, written `s3://bucket/key`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ObjectUrl {
    /// The bucket.
    pub bucket: String,
    /// The key, without a slash at its beginning.
    pub key: String,
}

impl fmt::Display for ObjectUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "s3://{}/{}", self.bucket, self.key)
    }
}

impl ObjectUrl {
    /// Reads `s3://bucket/key`; `None` for anything else.
    pub(super) fn parse(url: &str) -> Option<Self> {
        let (bucket, key) = url.strip_prefix("s3://")?.split_once('/')?;
        let (bucket, key) = (bucket.to_owned(), key.to_owned());
        (!bucket.is_empty() && !key.is_empty()).then_some(Self { bucket, key })
    }
}

/// Where a shared plugin is. It is fetched by the command line alone, and held against its pinned SHA-256.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RemoteUrl {
    /// `https://...`; `http://` too where the host is this machine.
    Http(String),
    /// `s3://bucket/key`.
    S3(ObjectUrl),
}

impl RemoteUrl {
    /// Reads a URL, or says what one looks like.
    pub(super) fn parse(url: &str) -> Result<Self, &'static str> {
        if let Some(object) = ObjectUrl::parse(url) {
            return Ok(Self::S3(object));
        }
        let has_host = |rest: &str| !host(rest).is_empty();
        if url.strip_prefix("https://").is_some_and(has_host) {
            return Ok(Self::Http(url.to_owned()));
        }
        match url.strip_prefix("http://").map(host) {
            Some("localhost" | "127.0.0.1" | "[::1]") => Ok(Self::Http(url.to_owned())),
            Some(_) => Err("`http://` is for this machine alone; write `https://`"),
            None => Err("a source is `https://...` or `s3://bucket/key`; a file goes with `path`"),
        }
    }
}

/// The host of a URL without its scheme: behind who asks, before the port.
fn host(rest: &str) -> &str {
    let authority = rest.split(['/', '?', '#', '\\']).next().unwrap_or_default();
    let host = authority.rsplit('@').next().unwrap_or_default();
    let port = host.rfind(':').filter(|at| !host[*at..].contains(']'));
    port.map_or(host, |at| &host[..at])
}

impl fmt::Display for RemoteUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Http(url) => f.write_str(url),
            Self::S3(object) => object.fmt(f),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_encrypted_stays_on_this_machine() {
        for good in [
            "https://plugins.example.com/clean-1.2.0.wasm",
            "https://team:secret@example.com/a.wasm?version=1",
            "http://localhost/a.wasm",
            "http://127.0.0.1:8080/a.wasm",
            "http://[::1]:8080/a.wasm",
        ] {
            assert_eq!(RemoteUrl::parse(good), Ok(RemoteUrl::Http(good.to_owned())));
        }
        for bad in [
            "http://example.com/a.wasm",
            "http://localhost@example.com/a.wasm",
            "http://example.com\\@localhost/a.wasm",
            "http://127.0.0.1.example.com/a.wasm",
            "https:///a.wasm",
            "s3://bucket",
            "plugins/a.wasm",
            "file:///a.wasm",
        ] {
            assert!(RemoteUrl::parse(bad).is_err(), "{bad}");
        }
        assert_eq!(RemoteUrl::parse("s3://b/k/a.wasm").unwrap().to_string(), "s3://b/k/a.wasm");
    }
}
