//! What `#[plugin]` says about items that it cannot take.

use std::process::Command;

/// The compiler whose words stand in `ui/*.stderr`. Where types do not fit, the message is the compiler's own.
const RECORDED_WITH: &str = "rustc 1.95.";

#[test]
#[expect(clippy::print_stderr, reason = "a test that is skipped says so")]
fn misuse_is_refused_with_the_rule() {
    let version = Command::new("rustc").arg("--version").output().expect("rustc runs");
    let version = String::from_utf8_lossy(&version.stdout).into_owned();
    if !version.starts_with(RECORDED_WITH) {
        eprintln!("!!! SKIPPED: the messages are recorded with {RECORDED_WITH}x, this is {version}");
        return;
    }
    trybuild::TestCases::new().compile_fail("tests/ui/*.rs");
}
