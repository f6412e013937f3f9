//! A real S3-compatible server, moto's, as a process.

use std::collections::BTreeMap;
use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

use crate::python::python;

/// Nobody may put an object twice; who it is that does is not checked.
const AUTHORIZATION: &str =
    "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=none";

/// A running server. It ends when it is dropped.
#[derive(Debug)]
pub struct S3 {
    server: Child,
    address: String,
    url: String,
}

impl S3 {
    /// Starts a server on a free loopback port; `None`, and a word about it, where the Python tools are not installed.
    ///
    /// # Panics
    ///
    /// When the server does not come up within a minute.
    #[expect(clippy::print_stderr, reason = "a skipped test says so")]
    pub fn start() -> Option<Self> {
        let Some(python) = python() else {
            eprintln!("!!! SKIPPED: no S3 without Python's tools (hint: make python-tools)");
            return None;
        };
        let free = TcpListener::bind("127.0.0.1:0").expect("a loopback port is free");
        let address = free.local_addr().expect("it is bound").to_string();
        drop(free);
        let port = address.rsplit(':').next().unwrap_or_default();
        let mut command = Command::new(python.with_file_name("moto_server"));
        command.args(["-H", "127.0.0.1", "-p", port]).stdout(Stdio::null()).stderr(Stdio::null());
        let server = command.spawn().expect("moto_server starts");
        let url = format!("http://{address}");
        let s3 = Self { server, address, url };
        s3.wait();
        Some(s3)
    }

    /// Where it listens.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// What AWS's clients need to know of such a server.
    pub fn environment(url: &str) -> [(&'static str, String); 4] {
        [
            ("AWS_ENDPOINT_URL_S3", url.to_owned()),
            ("AWS_REGION", "us-east-1".to_owned()),
            ("AWS_ACCESS_KEY_ID", "test".to_owned()),
            ("AWS_SECRET_ACCESS_KEY", "test".to_owned()),
        ]
    }

    /// Puts an object, and its bucket where there is none.
    ///
    /// # Panics
    ///
    /// When the server refuses.
    pub fn put(&self, bucket: &str, key: &str, content: impl AsRef<[u8]>) {
        self.make(bucket);
        let put = self.request("PUT", &format!("/{bucket}/{}", encoded(key)), content.as_ref());
        let answer = put.expect("the server answers");
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    }

    /// Makes a bucket. One that is there already stays as it is.
    ///
    /// # Panics
    ///
    /// When the server does not answer.
    pub fn make(&self, bucket: &str) {
        self.request("PUT", &format!("/{bucket}"), b"").expect("the server answers");
    }

    /// The objects of a bucket by their keys, each with what tells a version of it: when it was put, and its ETag.
    ///
    /// # Panics
    ///
    /// When the server refuses.
    pub fn versions(&self, bucket: &str) -> BTreeMap<String, String> {
        let listed = self.request("GET", &format!("/{bucket}?list-type=2&encoding-type=url"), b"");
        let listed = listed.expect("the server answers");
        assert!(listed.starts_with("HTTP/1.1 200") && !listed.contains("<IsTruncated>true"), "{listed}");
        let version = |rest: &str| {
            let (key, version) = rest.split_once("</Key>")?;
            let version = version.split_once("<Size>")?.0.to_owned();
            Some((percent_decode_str(&key.replace('+', " ")).decode_utf8_lossy().into_owned(), version))
        };
        listed.split("<Key>").skip(1).filter_map(version).collect()
    }

    /// What is in an object.
    ///
    /// # Panics
    ///
    /// When the server refuses.
    pub fn get(&self, bucket: &str, key: &str) -> Vec<u8> {
        let answer = self.exchange("GET", &format!("/{bucket}/{}", encoded(key)), b"");
        let answer = answer.expect("the server answers");
        assert!(answer.starts_with(b"HTTP/1.1 200"), "{key}: {}", String::from_utf8_lossy(&answer));
        let head = answer.windows(4).position(|end| end == b"\r\n\r\n").expect("an answer has a head");
        answer[head + 4..].to_vec()
    }

    /// The keys of a bucket's objects with what is in them, which is text, by their keys.
    ///
    /// # Panics
    ///
    /// When the server refuses.
    pub fn objects(&self, bucket: &str) -> Vec<(String, String)> {
        let get = |path: &str| self.request("GET", path, b"").expect("the server answers");
        let listed = get(&format!("/{bucket}?list-type=2"));
        assert!(listed.starts_with("HTTP/1.1 200"), "{listed}");
        let keys = listed.split("<Key>").skip(1).filter_map(|rest| Some(rest.split_once("</Key>")?.0));
        let object = |key: &str| {
            let answer = get(&format!("/{bucket}/{key}"));
            let body = answer.split_once("\r\n\r\n").map(|(_, body)| body.to_owned());
            (key.to_owned(), body.expect("an answer has a body"))
        };
        keys.map(object).collect()
    }

    fn wait(&self) {
        let until = Instant::now() + Duration::from_secs(60);
        while self.request("GET", "/", b"").is_err() {
            assert!(Instant::now() < until, "moto_server does not come up");
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    fn request(&self, method: &str, path: &str, body: &[u8]) -> std::io::Result<String> {
        String::from_utf8(self.exchange(method, path, body)?).map_err(std::io::Error::other)
    }

    fn exchange(&self, method: &str, path: &str, body: &[u8]) -> std::io::Result<Vec<u8>> {
        let mut stream = TcpStream::connect(&self.address)?;
        let length = body.len();
        write!(
            stream,
            "{method} {path} HTTP/1.1\r\nHost: s3.amazonaws.com\r\nAuthorization: {AUTHORIZATION}\r\n\
             Connection: close\r\nContent-Length: {length}\r\n\r\n"
        )?;
        stream.write_all(body)?;
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer)?;
        Ok(answer)
    }
}

/// What is not written as it is in the path of a URL.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'/').remove(b'-').remove(b'_').remove(b'.');

/// A key as it stands in a URL.
fn encoded(key: &str) -> String {
    utf8_percent_encode(key, ENCODED).to_string()
}

impl Drop for S3 {
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}
