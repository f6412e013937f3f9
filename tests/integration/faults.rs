//! Faults while it runs: of the Runtime API, of the machine, of files. ARCHITECTURE.md lists what holds.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use nozzle_runtime::firehose::{EventWriter, Source};
use nozzle_runtime::{Config, Origin, Transform};
use nozzle_tests::bootstrap::{self, Bootstrap};
use nozzle_tests::delivery::accepted_by_firehose;
use nozzle_tests::faulty_api::{FaultyApi, Reply};
use nozzle_tests::runtime_api::{Answer, RuntimeApi};
use nozzle_tests::{built, root};
use tempfile::TempDir;

use crate::lambda::compiled;
use crate::{event, nozzle, stderr, stdout};

/// A deadline of invocations that no machine is too slow for.
const LONG: Duration = Duration::from_secs(600);

/// The plugin that misbehaves, compiled.
fn misbehave() -> (TempDir, PathBuf) {
    compiled(built::misbehave().to_str().unwrap(), "")
}

/// A bootstrap on a Runtime API with these replies.
fn against(config: &Path, replies: Vec<Reply>) -> (FaultyApi, Bootstrap) {
    let api = FaultyApi::start(replies);
    let bootstrap = Bootstrap::spawn(&mut bootstrap::command(&api.address(), config));
    (api, bootstrap)
}

/// What is posted for the event `a`.
const ANSWER: &str = r#"response {"records":[{"recordId":"49600000000000000000000000000000000000000000000000000000000000","result":"Ok","data":"YQo="}]}"#;

#[test]
fn a_runtime_api_that_hands_out_no_event_ends_the_process() {
    let (_folder, config) = misbehave();
    let event = || Reply::event(&event(&["a"]));
    for (fault, reply, cause) in [
        ("closes", Reply::Nothing, "connection closed before message completed"),
        ("sends no HTTP", Reply::Bytes(b"\x16\x03\x01 no HTTP\r\n\r\n".to_vec()), "invalid HTTP"),
        ("cuts the event short", event().cut_short(), "end of file before message length reached"),
    ] {
        let (api, bootstrap) = against(&config, vec![reply]);
        let (code, log) = bootstrap.wait();
        assert_eq!(code, Some(1), "{fault}: {log}");
        let log: Vec<&str> = log.lines().skip(1).collect();
        assert_eq!(log.len(), 1, "{fault}: one line behind `started`: {log:?}");
        assert!(
            log[0].contains("the Lambda Runtime API failed") && log[0].contains(cause),
            "{fault}: {log:?}"
        );
        assert_eq!(api.requests(), ["next"], "{fault}");
    }
}

/// lambda_runtime panics there. Lambda starts another process, as it does for any that ends.
#[test]
fn an_invocation_without_its_headers_ends_the_process() {
    let (_folder, config) = misbehave();
    for reply in [Reply::status("200 OK"), Reply::status("500 Internal Server Error")] {
        let (api, bootstrap) = against(&config, vec![reply]);
        let (code, log) = bootstrap.wait();
        assert_eq!((code, log.lines().count()), (Some(101), 2), "one line behind `started`: {log}");
        assert!(log.contains("missing lambda-runtime-aws-request-id header"), "{log}");
        assert_eq!(api.requests(), ["next"]);
    }
}

#[test]
fn a_slow_runtime_api_is_waited_for() {
    let (_folder, config) = misbehave();
    let replies = [Reply::event(&event(&["a"])), Reply::status("202 Accepted")].map(Reply::slowly);
    let (api, _bootstrap) = against(&config, replies.to_vec());
    for expected in ["next", ANSWER, "next"] {
        assert_eq!(api.request().as_deref(), Ok(expected));
    }
}

#[test]
fn a_refused_response_costs_one_invocation() {
    let (_folder, config) = misbehave();
    let event = || Reply::event(&event(&["a"]));
    for refusal in ["413 Content Too Large", "500 Internal Server Error", "410 Gone"] {
        let (api, bootstrap) =
            against(&config, vec![event(), Reply::status(refusal), event(), Reply::status("202 Accepted")]);
        for expected in ["next", ANSWER, "next", ANSWER, "next"] {
            assert_eq!(api.request().as_deref(), Ok(expected), "{refusal}");
        }
        let log = bootstrap.end();
        assert!(log.contains("the Lambda Runtime API refused the answer"), "{refusal}: {log}");
        assert!(log.contains(&refusal[..3]), "{refusal}: {log}");
    }
}

#[test]
fn a_runtime_api_that_closes_on_a_response_ends_the_process() {
    let (_folder, config) = misbehave();
    let (api, bootstrap) = against(&config, vec![Reply::event(&event(&["a"])), Reply::Nothing]);
    let (code, log) = bootstrap.wait();
    assert_eq!(code, Some(1), "{log}");
    let last = log.lines().last().unwrap_or_default();
    assert!(last.contains("the Lambda Runtime API failed") && last.contains("connection closed"), "{log}");
    assert_eq!(api.requests(), ["next", ANSWER]);
}

#[test]
fn an_event_that_is_no_text_is_an_error_of_its_invocation() {
    let (_folder, config) = misbehave();
    let api = RuntimeApi::start();
    let _bootstrap = Bootstrap::start(&api, &config);
    for bad in [&b"{\"records\":[\"\xff\"]}"[..], b"", b"\0"] {
        assert!(matches!(api.invoke(bad, LONG), Answer::Error { .. }));
    }
    let deep = format!(r#"{{"unknown":{}{},"records":[]}}"#, "[".repeat(100_000), "]".repeat(100_000));
    assert_eq!(api.invoke(deep.as_bytes(), LONG), Answer::Response(br#"{"records":[]}"#.to_vec()));
}

/// A copy of the pipeline of three plugins, compiled; `extra` stands in each plugin's block.
fn three_plugins(extra: &str) -> (TempDir, PathBuf) {
    let (folder, fixture) = (tempfile::tempdir().unwrap(), root().join("tests/fixtures/three-plugins"));
    let config = folder.path().join("nozzle.toml");
    let text = fs::read_to_string(fixture.join("nozzle.toml")).unwrap();
    fs::write(&config, text.replace("[[plugin]]", &format!("[[plugin]]\n{extra}"))).unwrap();
    fs::copy(fixture.join("regions.csv"), folder.path().join("regions.csv")).unwrap();
    compile(&config);
    (folder, config)
}

fn compile(config: &Path) {
    let compiled = nozzle(&["compile", "--config", config.to_str().unwrap()], b"");
    assert!(compiled.status.success(), "{}", stderr(&compiled));
}

/// An event of change records of orders, as many as asked for and as fit `bytes`.
fn orders(count: usize, bytes: usize) -> Vec<u8> {
    let orders = nozzle(&["generate", "orders", "--count", &count.to_string()], b"");
    let mut event = EventWriter::new(Source::Kinesis);
    for order in stdout(&orders).lines() {
        if event.bytes() + 2 * order.len() < bytes {
            event.push(order.as_bytes());
        }
    }
    event.finish()
}

/// Checks that each record of the event was delivered.
fn assert_delivered(event: &[u8], answer: &Answer) {
    let Answer::Response(response) = answer else { panic!("an answer: {answer:?}") };
    assert_eq!(accepted_by_firehose(event, response), Ok(()));
    let response = String::from_utf8_lossy(response);
    let records = String::from_utf8_lossy(event).matches(r#""recordId""#).count();
    assert_eq!(response.matches(r#""result":"Ok""#).count(), records, "all are delivered");
}

/// Invokes while the process is stopped and continued, again and again until it answers.
fn invoke_in_steps(config: &Path, event: &[u8], runs: Duration, stands: Duration) -> Answer {
    let api = RuntimeApi::start();
    let bootstrap = Bootstrap::start(&api, config);
    let answered = AtomicBool::new(false);
    thread::scope(|scope| {
        scope.spawn(|| {
            while !answered.load(Ordering::Relaxed) {
                thread::sleep(runs);
                bootstrap.signal("STOP");
                thread::sleep(stands);
                bootstrap.signal("CONT");
            }
        });
        let answer = api.invoke(event, LONG);
        answered.store(true, Ordering::Relaxed);
        answer
    })
}

/// Lambda freezes a sandbox at any instant. Each stop here is longer than a plugin's deadline.
#[test]
fn a_frozen_sandbox_goes_on_where_it_stood() {
    let (_folder, config) = three_plugins("deadline = \"500 ms\"");
    let event = orders(3_000, usize::MAX);
    let answer = invoke_in_steps(&config, &event, Duration::from_millis(60), Duration::from_millis(700));
    assert_delivered(&event, &answer);
}

/// What the smallest Lambda gets of a CPU.
#[test]
fn seven_percent_of_a_cpu_deliver_everything() {
    let (_folder, config) = three_plugins("");
    let event = orders(1_000, usize::MAX);
    let answer = invoke_in_steps(&config, &event, Duration::from_millis(7), Duration::from_millis(93));
    assert_delivered(&event, &answer);
}

#[test]
#[expect(clippy::print_stderr, reason = "the figure is worth reading")]
fn the_largest_batch_fits_the_smallest_lambda() {
    let (_folder, config) = three_plugins("");
    let event = orders(12_000, 6_291_556);
    let api = RuntimeApi::start();
    let bootstrap = Bootstrap::start(&api, &config);
    assert_delivered(&event, &api.invoke(&event, LONG));
    let peak = bootstrap.peak_memory();
    eprintln!("peak memory with an event of {} bytes through three plugins: {peak} bytes", event.len());
    assert!(peak < 128 << 20, "{peak}");
}

/// The same command behind a shell's `limit`.
fn limited(limit: &str, command: &Command) -> Command {
    let mut shell = Command::new("sh");
    shell
        .arg("-c")
        .arg(format!("{limit}; exec \"$0\" \"$@\""))
        .arg(command.get_program())
        .args(command.get_args());
    for (name, value) in command.get_envs() {
        if let Some(value) = value {
            shell.env(name, value);
        }
    }
    shell
}

#[test]
fn too_little_address_space_is_one_line_with_the_way_out() {
    let (_folder, config) = three_plugins("");
    let output = limited("ulimit -v 1048576", &bootstrap::command("127.0.0.1:1", &config)).output().unwrap();
    let log = stdout(&output);
    assert_eq!((output.status.code(), log.lines().count()), (Some(1), 1), "{log}");
    assert!(log.contains("GiB of address space, not memory; hint: lift `ulimit -v`"), "{log}");
}

#[test]
fn a_running_process_goes_on_with_the_files_it_has_loaded() {
    let (folder, config) = three_plugins("");
    let event = orders(10, usize::MAX);
    let api = RuntimeApi::start();
    let _bootstrap = Bootstrap::start(&api, &config);
    let before = api.invoke(&event, LONG);
    assert_delivered(&event, &before);
    compile(&config);
    fs::write(folder.path().join("regions.csv"), "Country,Region\nFrance,Europe\nFrance,Asia\n").unwrap();
    assert_eq!(api.invoke(&event, LONG), before);
    let started = bootstrap::command(&api.address(), &config).output().unwrap();
    let log = stdout(&started);
    assert_eq!((started.status.code(), log.lines().count()), (Some(1), 1), "{log}");
    assert!(log.contains("regions.csv`: line 3: the key is there a second time"), "{log}");
}

/// Runs `nozzle` where a file may have no more than `blocks` of 512 bytes, or of 1024 where the shell counts so. Writing
/// then fails as it does on a full disk.
fn cramped(blocks: u64, arguments: &[&str]) -> std::process::Output {
    let mut nozzle = built::nozzle_command();
    nozzle.args(arguments);
    limited(&format!("trap '' XFSZ; ulimit -f {blocks}"), &nozzle).output().unwrap()
}

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

#[test]
fn a_compile_that_fails_leaves_the_artefacts_before_it_whole() {
    let folder = tempfile::tempdir().unwrap();
    let plugin = folder.path().join("plugin.wasm");
    fs::copy(built::misbehave(), &plugin).unwrap();
    let config = folder.path().join("nozzle.toml");
    fs::write(&config, "version = 1\n[[plugin]]\npath = \"plugin.wasm\"\n").unwrap();
    compile(&config);
    let artefacts = folder.path().join("artefacts");
    let before = names(&artefacts);
    fs::copy(built::enrich(), &plugin).unwrap();
    let failed = cramped(8, &["compile", "--config", config.to_str().unwrap()]);
    let error = stderr(&failed);
    assert_eq!(failed.status.code(), Some(1), "{error}");
    assert!(error.contains("failed to write `") && error.contains(".cwasm`: File too large"), "{error}");
    assert_eq!(names(&artefacts), before);
    let transform = Transform::load(&Config::load(&config).unwrap(), Origin::Artefacts).unwrap();
    assert_eq!(transform.plugins().map(|plugin| plugin.name.to_string()).collect::<Vec<_>>(), ["misbehave"]);
}

#[test]
fn a_package_that_fails_leaves_the_zip_before_it_whole() {
    let (folder, config) = misbehave();
    fs::copy(built::misbehave(), folder.path().join("plugin.wasm")).unwrap();
    fs::write(&config, "version = 1\n[[plugin]]\npath = \"plugin.wasm\"\n").unwrap();
    let (zip, bootstrap) = (folder.path().join("function.zip"), built::bootstrap().to_str().unwrap());
    let arguments = ["package", "--config", config.to_str().unwrap(), "--bootstrap", bootstrap, "--out"];
    let arguments = [&arguments[..], &[zip.to_str().unwrap()]].concat();
    let packaged = nozzle(&arguments, b"");
    assert!(packaged.status.success(), "{}", stderr(&packaged));
    let (before, files) = (fs::read(&zip).unwrap(), names(folder.path()));
    let failed = cramped(before.len() as u64 / 1024 - 1, &arguments);
    let error = stderr(&failed);
    assert_eq!(failed.status.code(), Some(1), "{error}");
    assert!(error.contains("function.zip`: File too large"), "{error}");
    assert!(fs::read(&zip).unwrap() == before && names(folder.path()) == files, "as it was");
}

#[test]
fn a_full_standard_output_is_an_error() {
    let (_folder, config) = misbehave();
    let config = config.to_str().unwrap();
    for arguments in [
        &["run", "--config", config, config][..],
        &["run", "--json", "--config", config, "/dev/null"],
        &["invoke", "--config", config, crate::sample("direct").to_str().unwrap()],
        &["compile", "--config", config],
        &["plugins"],
    ] {
        let full = fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
        let output = built::nozzle_command().args(arguments).stdout(full).output().unwrap();
        let error = stderr(&output);
        assert_eq!(output.status.code(), Some(1), "{arguments:?}: {error}");
        assert!(error.contains("failed to write the standard output: No space left on device"), "{error}");
    }
}
