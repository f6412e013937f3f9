//! Sessions: a file with commands, each behind `$ `, and what they print. Standard output stands there as it is, standard
//! error behind `! `, and the exit code where it is not 0. With `NOZZLE_BLESS=1` in the environment what the commands print is
//! written anew: read the diff.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::Command;

use nozzle_tests::{bless, built};

/// Runs the commands of the session `file` in `folder`, each as `arrange` wants it, and compares what they print, as `plain`
/// tells it.
pub(crate) fn check(
    file: &Path,
    folder: &Path,
    arrange: impl Fn(&mut Command),
    plain: impl Fn(String) -> String,
) {
    let expected = fs::read_to_string(file).unwrap_or_else(|error| panic!("`{}`: {error}", file.display()));
    let commands = expected.lines().filter_map(|line| line.strip_prefix("$ nozzle "));
    let run = |command: &str| {
        let mut nozzle = built::nozzle_command();
        arrange(nozzle.current_dir(folder).args(command.split(' ')));
        plain(run(command, &mut nozzle))
    };
    bless::assert_file(file, &commands.map(run).collect::<String>());
}

fn run(command: &str, nozzle: &mut Command) -> String {
    let output = nozzle.output().expect("nozzle starts");
    let mut session = format!("$ nozzle {command}\n{}", String::from_utf8_lossy(&output.stdout));
    for line in String::from_utf8_lossy(&output.stderr).lines() {
        let _ = writeln!(session, "! {line}");
    }
    let code = output.status.code().expect("nozzle ends by itself");
    if code != 0 {
        let _ = writeln!(session, "exit code {code}");
    }
    session + "\n"
}
