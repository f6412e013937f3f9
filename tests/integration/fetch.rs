//! Plugins that teams share: fetched by `source` and `sha256`.

use std::fs;
use std::io::{self, Cursor, Read as _, Write as _};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use nozzle_runtime::artefact::sha256;
use nozzle_tests::bootstrap::Bootstrap;
use nozzle_tests::built;
use nozzle_tests::runtime_api::{Answer, RuntimeApi};
use nozzle_tests::s3::S3;
use tempfile::TempDir;
use tiny_http::{Response, Server};

use crate::{event, stderr, stdout};

/// What a server answers to each request.
type Answering = fn() -> Response<Box<dyn io::Read + Send>>;

/// A server of this machine that counts what it is asked. It ends when it is dropped.
struct Site {
    server: Arc<Server>,
    asked: Arc<AtomicUsize>,
}

impl Site {
    fn start(answer: Answering) -> Self {
        let server = Arc::new(Server::http("127.0.0.1:0").unwrap());
        let asked = Arc::new(AtomicUsize::new(0));
        let (serving, counted) = (server.clone(), asked.clone());
        thread::spawn(move || {
            for request in serving.incoming_requests() {
                counted.fetch_add(1, Ordering::Relaxed);
                // A client that goes when it has seen enough is what some tests are about.
                let _ = request.respond(answer());
            }
        });
        Self { server, asked }
    }

    fn url(&self) -> String {
        format!("http://{}/team/echo-1.0.wasm", self.server.server_addr())
    }

    fn asked(&self) -> usize {
        self.asked.load(Ordering::Relaxed)
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        self.server.unblock();
    }
}

fn answer(status: u16, body: Vec<u8>) -> Response<Box<dyn io::Read + Send>> {
    let length = Some(body.len());
    Response::new(status.into(), Vec::new(), Box::new(Cursor::new(body)), length, None)
}

fn echo() -> Vec<u8> {
    fs::read(built::echo()).unwrap()
}

fn serve_echo() -> Response<Box<dyn io::Read + Send>> {
    answer(200, echo())
}

/// A folder with a pipeline of a shared plugin.
fn pipeline(url: &str, sum: &str) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let config = format!("version = 1\n[[plugin]]\nsource = \"{url}\"\nsha256 = \"{sum}\"\n");
    fs::write(folder.path().join("nozzle.toml"), config).unwrap();
    fs::write(folder.path().join("sample.txt"), "a row\n").unwrap();
    folder
}

/// `nozzle` in a folder, with a cache of its own there.
fn nozzle_in(folder: &Path, arguments: &[&str]) -> Command {
    let mut nozzle = Command::new(built::nozzle());
    nozzle.current_dir(folder).env("NOZZLE_CACHE", folder.join("cache")).args(arguments);
    nozzle
}

fn run(folder: &Path) -> Output {
    nozzle_in(folder, &["run", "sample.txt"]).output().unwrap()
}

fn kept(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten();
    entries.map(|entry| entry.unwrap().path()).collect()
}

#[test]
fn a_plugin_is_fetched_once_and_then_needs_no_network() {
    let site = Site::start(serve_echo);
    let sum = sha256(&echo());
    let folder = pipeline(&site.url(), &sum);
    let first = run(folder.path());
    assert!(stdout(&first).contains("+ a row"), "{}{}", stdout(&first), stderr(&first));
    assert!(stderr(&first).contains(&format!("fetched {}", site.url())), "{}", stderr(&first));
    assert_eq!(site.asked(), 1);
    let file = folder.path().join("cache/plugins").join(sum).with_extension("wasm");
    assert_eq!(kept(&folder.path().join("cache/plugins")), std::slice::from_ref(&file));
    for arguments in [&["run", "sample.txt"][..], &["check"], &["compile"]] {
        let output = nozzle_in(folder.path(), arguments).output().unwrap();
        assert!(output.status.success(), "{arguments:?} {}{}", stdout(&output), stderr(&output));
    }
    let checked = stdout(&nozzle_in(folder.path(), &["check"]).output().unwrap());
    assert!(checked.contains(&format!("ok: source {}: here,", site.url())), "{checked}");
    assert_eq!(site.asked(), 1);
    // What is kept is held against the sum, too.
    fs::write(&file, "damaged").unwrap();
    assert!(run(folder.path()).status.success());
    assert_eq!((site.asked(), fs::read(&file).unwrap() == echo()), (2, true));
}

#[test]
fn without_a_cache_it_is_kept_beside_the_pipeline() {
    let site = Site::start(serve_echo);
    let folder = pipeline(&site.url(), &sha256(&echo()));
    for _ in 0..2 {
        let output =
            nozzle_in(folder.path(), &["run", "sample.txt"]).env("NOZZLE_CACHE", "").output().unwrap();
        assert!(output.status.success(), "{}", stderr(&output));
    }
    assert_eq!((site.asked(), kept(&folder.path().join(".nozzle/plugins")).len()), (1, 1));
}

#[test]
fn what_is_not_what_was_meant_is_refused_and_not_kept() {
    let page = || answer(200, b"<html>".to_vec());
    let sum = sha256(&echo());
    let (other, of_page) = ("0".repeat(64), sha256(b"<html>"));
    let both = format!("the SHA-256 {sum}, not {other}");
    let not_pinned = format!("the SHA-256 {of_page}, not {sum}");
    for (answering, pin, told, hint) in [
        (serve_echo as Answering, &other, &*both, "pin the new one if you trust what changed"),
        (page, &sum, &not_pinned, "does the URL lead to a page?"),
        (page, &of_page, "it is not WebAssembly", "hint"),
        (|| answer(404, Vec::new()), &sum, "the server answers 404 Not Found", ""),
        (|| endless(Some(65 << 20)), &sum, "it has more than 67108864 bytes", ""),
        (|| endless(None), &sum, "it has more than 67108864 bytes", ""),
    ] {
        let site = Site::start(answering);
        let folder = pipeline(&site.url(), pin);
        let output = run(folder.path());
        let error = stderr(&output);
        let place = format!("nozzle.toml:2: failed to load plugin `{}`\n", site.url());
        assert!(error.contains(&place) && error.contains(told) && error.contains(hint), "{error}");
        assert_eq!(
            (output.status.code(), kept(&folder.path().join("cache/plugins"))),
            (Some(2), vec![]),
            "{error}"
        );
    }
}

fn endless(length: Option<usize>) -> Response<Box<dyn io::Read + Send>> {
    Response::new(200.into(), Vec::new(), Box::new(io::repeat(0)), length, None)
}

#[test]
fn a_connection_that_ends_early_is_told_and_nothing_is_kept() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let folder = pipeline(&format!("http://{}/a.wasm", listener.local_addr().unwrap()), &sha256(&echo()));
    thread::scope(|scope| {
        scope.spawn(|| {
            let (mut stream, _) = listener.accept().unwrap();
            let _ = stream.read(&mut [0; 4096]).unwrap();
            stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n\0asm").unwrap();
        });
        let error = stderr(&run(folder.path()));
        assert!(error.contains("end of file before message length reached"), "{error}");
    });
    assert!(kept(&folder.path().join("cache/plugins")).is_empty());
}

#[test]
fn what_cannot_be_reached_is_told_with_its_place() {
    let nobody = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let folder = pipeline(&format!("http://user:${{TOKEN}}@{nobody}/a.wasm"), &"0".repeat(64));
    let output = nozzle_in(folder.path(), &["check"]).env("TOKEN", "hush").output().unwrap();
    let told = stdout(&output);
    assert_eq!(output.status.code(), Some(2), "{told}");
    assert!(told.contains("error: nozzle.toml:2: failed to load plugin `http://user:${TOKEN}@"), "{told}");
    assert!(told.contains("onnection refused") && !told.contains("hush"), "{told}");
}

#[test]
fn a_plugin_of_s3_is_fetched_with_the_credentials_of_the_environment() {
    let Some(s3) = S3::start() else { return };
    s3.put("plugins", "team/echo.wasm", echo());
    let folder = pipeline("s3://plugins/team/echo.wasm", &sha256(&echo()));
    let run =
        || nozzle_in(folder.path(), &["run", "sample.txt"]).envs(S3::environment(s3.url())).output().unwrap();
    assert!(run().status.success(), "{}", stderr(&run()));
    let absent = pipeline("s3://plugins/team/none.wasm", &"0".repeat(64));
    let mut nozzle = nozzle_in(absent.path(), &["run", "sample.txt"]);
    let error = stderr(&nozzle.envs(S3::environment(s3.url())).output().unwrap());
    assert!(error.contains("the server answers 404") && error.contains("`AWS_REGION`"), "{error}");
}

#[test]
fn the_package_of_a_shared_plugin_needs_nothing_from_elsewhere() {
    let site = Site::start(serve_echo);
    let folder = pipeline(&format!("{}?version=1/2", site.url()), &sha256(&echo()));
    let bootstrap = built::bootstrap().to_str().unwrap();
    let packaged =
        nozzle_in(folder.path(), &["package", "--bootstrap", bootstrap, "--out", "f.zip"]).output().unwrap();
    assert!(packaged.status.success(), "{}", stderr(&packaged));
    drop(site);
    let task = folder.path().join("task");
    let zip = Cursor::new(fs::read(folder.path().join("f.zip")).unwrap());
    zip::ZipArchive::new(zip).unwrap().extract(&task).unwrap();
    let api = RuntimeApi::start();
    let _bootstrap = Bootstrap::start(&api, &task.join("nozzle.toml"));
    let answer = api.invoke(&event(&["a row"]), Duration::from_secs(60));
    assert!(matches!(answer, Answer::Response(_)), "{answer:?}");
}
