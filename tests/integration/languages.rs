//! The orders plugins in other languages, against the cases of the Rust one. `make languages` builds what they run.

use std::fs;

use nozzle_tests::built::nozzle_command;
use nozzle_tests::{cases, root};

use crate::{nozzle, stderr, stdout};

fn does_what_the_orders_cases_say(plugin: &str) {
    let wasm = root().join(format!("plugins/{plugin}/target/nozzle/{plugin}.wasm"));
    cases::run_component(&root().join("tests/pipelines/orders-cdc/nozzle.toml"), &wasm);
}

#[test]
#[ignore = "needs zig: make languages"]
fn orders_c_does_what_the_orders_cases_say() {
    does_what_the_orders_cases_say("orders-c");
}

#[test]
#[ignore = "needs componentize-js: make languages"]
fn orders_javascript_does_what_the_orders_cases_say() {
    does_what_the_orders_cases_say("orders-javascript");
}

#[test]
#[ignore = "needs componentize-py: make languages"]
fn orders_python_does_what_the_orders_cases_say() {
    does_what_the_orders_cases_say("orders-python");
}

/// Builds a plugin with a bug in the place of a line, away from here, and says where `nozzle run` should find it and what
/// it says.
fn with_a_bug(plugin: &str, file: &str, line: &str, bug: &str) -> (String, String) {
    let folder = tempfile::tempdir().unwrap();
    for entry in fs::read_dir(root().join("plugins").join(plugin)).unwrap() {
        let path = entry.unwrap().path();
        if path.is_file() {
            fs::copy(&path, folder.path().join(path.file_name().unwrap())).unwrap();
        }
    }
    let source = fs::read_to_string(folder.path().join(file)).unwrap();
    let number = source.lines().position(|there| there.trim() == line).expect("the line is there") + 1;
    fs::write(folder.path().join(file), source.replace(line, bug)).unwrap();
    let wasm = folder.path().join("broken.wasm");
    let [dir, wasm] = [folder.path(), &wasm].map(|path| path.to_str().unwrap().to_owned());
    let built = nozzle(&["build", &dir, "--out", &wasm], b"");
    assert!(built.status.success(), "{}", stderr(&built));
    (format!("({file}:{number}:"), stdout(&nozzle(&["run", "-", "--plugin", &wasm], b"{}\n")))
}

#[test]
#[ignore = "needs zig: make languages"]
fn a_bug_in_c_is_told_with_its_line() {
    let line = "json_reader reader = json_reader_of(data);";
    let bug = format!("{line} PANIC(\"no such luck\");");
    let (place, told) = with_a_bug("orders-c", "plugin.c", line, &bug);
    assert!(told.contains("no such luck") && told.contains(&place), "{told}");
}

#[test]
#[ignore = "needs componentize-js: make languages"]
fn a_bug_in_javascript_is_told_with_its_line() {
    let line = "const changes = documents(utf8(data));";
    let (place, told) = with_a_bug("orders-javascript", "index.js", line, "const changes = undefined.all;");
    assert!(told.contains("TypeError: ") && told.contains(&place), "{told}");
}

#[test]
#[ignore = "needs componentize-py: make languages"]
fn a_bug_in_python_is_told_with_its_line() {
    let line = "changes = documents(data)";
    let (place, told) = with_a_bug("orders-python", "app.py", line, "changes = [][7]");
    assert!(told.contains("IndexError: ") && told.contains(&place), "{told}");
}

#[test]
#[ignore = "needs zig, componentize-js and componentize-py: make languages"]
fn a_new_plugin_works_as_it_is_made() {
    let parent = tempfile::tempdir().unwrap();
    for language in ["c", "javascript", "python"] {
        let folder = parent.path().join(format!("my-{language}"));
        let made = nozzle(&["new", folder.to_str().unwrap(), "--lang", language], b"");
        assert!(made.status.success(), "{}", stderr(&made));
        for arguments in [&["test"][..], &["run", "sample"]] {
            let ran = nozzle_command().args(arguments).current_dir(&folder).output().unwrap();
            assert!(ran.status.success(), "{language}: {}{}", stdout(&ran), stderr(&ran));
        }
    }
}

#[test]
fn the_templates_begin_with_the_helpers_of_the_orders_plugins() {
    let read = |file: &str| fs::read_to_string(root().join(file)).unwrap();
    for (language, helper) in [("javascript", "nozzle.js"), ("python", "nozzle.py")] {
        let template = read(&format!("runtime/cli/templates/plugins/{language}/{helper}"));
        assert_eq!(template, read(&format!("plugins/orders-{language}/{helper}")), "{helper}");
    }
}

#[test]
fn a_tool_that_is_missing_comes_with_the_command_that_installs_it() {
    for (marker, content, install) in [
        ("package.json", r#"{"name":"x"}"#, "npm install --save-dev"),
        ("pyproject.toml", "[project]\nname = \"x\"\n", ".venv/bin/pip install componentize-py=="),
        ("plugin.c", "", ".venv/bin/pip install ziglang=="),
    ] {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join(marker), content).unwrap();
        let mut build = nozzle_command();
        let built = build.env("PATH", "/nowhere").arg("build").arg(folder.path()).output().unwrap();
        assert!(!built.status.success());
        let error = stderr(&built);
        assert!(error.contains("` is not installed\n  hint: run `") && error.contains(install), "{error}");
    }
}

#[test]
fn a_manifest_without_a_name_is_told() {
    for (marker, content) in [("package.json", "{}"), ("pyproject.toml", "[project]\n")] {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join(marker), content).unwrap();
        let built = nozzle_command().arg("build").arg(folder.path()).output().unwrap();
        let error = stderr(&built);
        assert!(
            error.contains("does not tell the plugin's name") && error.contains("missing field `name`"),
            "{error}"
        );
    }
}
