//! `nozzle run --watch`: what is shown after a change. No test asks how long anything takes.

use std::fs;
use std::io::{BufRead as _, BufReader, Read};
use std::path::Path;
use std::process::{Child, Command};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;
use std::time::Duration;

use nozzle_tests::{built, root};

use crate::authoring::PLUGIN;

/// Longer than any machine needs for one step: a plugin is built in it.
const LONG: Duration = Duration::from_secs(300);

/// What stands at the end of each run.
const WAITS: &str = "Ctrl-C ends";

/// A `nozzle run --watch` at work.
struct Watching {
    child: Child,
    lines: Receiver<String>,
}

impl Watching {
    fn start(folder: &Path) -> Self {
        let mut nozzle = built::nozzle_command();
        nozzle.current_dir(folder).args(["run", "sample.jsonl", "--watch"]);
        nozzle.env("CARGO_TARGET_DIR", root().join("target/mistakes")).env("CARGO_TERM_QUIET", "true");
        // One pipe for both, so that lines come as they are said.
        let (reader, writer) = std::io::pipe().expect("there is a pipe");
        nozzle.stdout(writer.try_clone().expect("there is a second end")).stderr(writer);
        let child = nozzle.spawn().expect("nozzle starts");
        let (tell, lines) = channel();
        thread::spawn(move || tell_lines(reader, &tell));
        Self { child, lines }
    }

    /// All that is said until nozzle waits for the next change.
    fn said(&self) -> String {
        let mut said = String::new();
        while !said.contains(WAITS) {
            let line = self.lines.recv_timeout(LONG);
            said += &line.unwrap_or_else(|_| panic!("it waits no more; so far:\n{said}"));
            said.push('\n');
        }
        said
    }

    /// Presses Ctrl-C, and gives the exit code.
    fn end(mut self) -> Option<i32> {
        let pid = self.child.id().to_string();
        assert!(Command::new("kill").args(["-INT", &pid]).status().expect("kill runs").success());
        self.child.wait().expect("nozzle ends").code()
    }
}

/// One that a failed test leaves behind.
impl Drop for Watching {
    fn drop(&mut self) {
        let _ = self.child.kill();
    }
}

fn tell_lines(from: impl Read, tell: &Sender<String>) {
    for line in BufReader::new(from).lines().map_while(Result::ok) {
        let _ = tell.send(line); // The test may be over.
    }
}

/// Writes a file as most editors do: it is there as a whole or not at all.
fn write(folder: &Path, name: &str, text: &str) {
    let beside = folder.join(".new");
    fs::write(&beside, text).unwrap();
    fs::rename(beside, folder.join(name)).unwrap();
}

fn contains(said: &str, expected: &[&str]) {
    for text in expected {
        assert!(said.contains(text), "`{text}` is not said:\n{said}");
    }
}

#[test]
fn settings_input_and_mistakes_are_seen_and_what_has_changed_comes_first() {
    let folder = tempfile::tempdir().unwrap();
    let config = |settings: &str| {
        let text = format!("version = 1\n[[plugin]]\nuse = \"filter\"\nsettings = {{ {settings} }}\n");
        write(folder.path(), "nozzle.toml", &text);
    };
    let input = |text: &str| write(folder.path(), "sample.jsonl", text);
    config("");
    input("{\"a\":1}\n{\"a\":2}\n");
    let watching = Watching::start(folder.path());
    contains(&watching.said(), &["1 Ok\n", "2 Ok\n", "2 records: 2 delivered"]);
    config("drop = [{ column = \"a\", is = 2 }]");
    let said = watching.said();
    contains(&said, &["changed: nozzle.toml", "~ 2 Dropped", "  < {\"a\":2}", "1 of 2 records have changed"]);
    assert!(said.find("~ 2 Dropped").unwrap() < said.find("1 Ok").unwrap(), "{said}");
    config("dorp = []");
    contains(
        &watching.said(),
        &["error: nozzle.toml:4: failed to load plugin `filter`", "did you mean `drop`?"],
    );
    config("");
    contains(&watching.said(), &["~ 2 Ok\n", "1 of 2 records have changed"]);
    input("{\"a\":1}\n{\"a\":2}\n{\"a\":3}\n");
    contains(&watching.said(), &["changed: sample.jsonl", "~ 3 Ok", "1 of 3 records have changed"]);
    assert_eq!(watching.end(), Some(0));
}

#[test]
fn sources_are_built_again_and_what_does_not_compile_or_dies_is_shown() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| write(folder.path(), name, text);
    let manifest = format!(
        "[package]\nname = \"watched\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n[lib]\ncrate-type = [\"cdylib\"]\n\n\
         [dependencies]\nnozzle-sdk = {{ path = \"{}\" }}\nserde_json = \"1\"\n",
        root().join("sdk").display()
    );
    fs::create_dir(folder.path().join("src")).unwrap();
    write("Cargo.toml", &manifest);
    write("src/lib.rs", PLUGIN);
    write("nozzle.toml", "version = 1\n[[plugin]]\npath = \"target/nozzle/watched.wasm\"\n");
    write("sample.jsonl", "{\"price\":489.9}\n{\"price\":14.5}\n");
    let watching = Watching::start(folder.path());
    contains(&watching.said(), &["1 Ok\n", "2 Dropped  watched small-order"]);
    write("src/lib.rs", &PLUGIN.replace("100.0", "10.0"));
    contains(&watching.said(), &["changed: src/lib.rs", "~ 2 Ok\n", "1 of 2 records have changed"]);
    write("src/lib.rs", &PLUGIN.replace("100.0", "\"much\""));
    contains(&watching.said(), &["error[E0308]", "src/lib.rs:6", "error: `cargo build` failed"]);
    write("src/lib.rs", &PLUGIN.replace("100.0", "panic!(\"no price\")"));
    contains(&watching.said(), &["it panicked: no price (src/lib.rs:6:", "2 of 2 records have changed"]);
    assert!(!folder.path().join("target/nozzle/watched.wasm").exists(), "that is for `nozzle build` to make");
    assert_eq!(watching.end(), Some(0));
}
