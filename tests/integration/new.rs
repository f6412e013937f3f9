//! `nozzle new`: plugins that build and test as they are made.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use nozzle_tests::{bless, built, root};
use serde_json::Value;
use tempfile::TempDir;

use crate::init::json_blocks;
use crate::{nozzle, stderr, stdout};

/// A new plugin, in a folder that ends with it.
struct Made {
    _parent: TempDir,
    folder: PathBuf,
    name: String,
}

impl Made {
    fn of(template: &str) -> Self {
        let parent = tempfile::tempdir().unwrap();
        let name = format!("my-{template}");
        let folder = parent.path().join(&name);
        let output = nozzle(&["new", folder.to_str().unwrap(), "--template", template], b"");
        assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
        let next = format!("cd {} && nozzle test && nozzle run sample", folder.display());
        assert!(stdout(&output).contains(&next), "{}", stdout(&output));
        // The versions of this workspace, which are on this machine: otherwise those of the day are fetched.
        fs::copy(root().join("Cargo.lock"), folder.join("Cargo.lock")).unwrap();
        Made { _parent: parent, folder, name }
    }

    /// What a command prints that is run in the folder, and does not fail. What templates depend on is compiled once for
    /// all of them.
    #[track_caller]
    fn run(&self, mut command: Command, arguments: &[&str]) -> String {
        let command = command.args(arguments).current_dir(&self.folder);
        let output = command.env("CARGO_TARGET_DIR", root().join("target/templates")).output().unwrap();
        let shown = stdout(&output);
        assert!(output.status.success(), "{arguments:?} failed\n{shown}{}", stderr(&output));
        shown
    }

    /// Runs records through the plugin: a line for each record, then the summary.
    #[track_caller]
    fn records(&self, input: &str) -> Vec<Value> {
        let shown = self.run(built::nozzle_command(), &["run", input, "--json"]);
        shown.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    #[track_caller]
    fn assert_cases_pass(&self) {
        self.run(built::nozzle_command(), &["test"]);
    }

    /// Takes what becomes of the cases' records for what the template's are expected to.
    fn bless(&self, template: &str) {
        self.run(built::nozzle_command(), &["test", "--bless"]);
        let kept = root().join("runtime/cli/templates/plugins").join(template).join("cases");
        for case in fs::read_dir(self.folder.join("cases")).unwrap().map(|case| case.unwrap().path()) {
            let expected = fs::read_to_string(case.join("expected.jsonl")).unwrap();
            let kept = kept.join(case.file_name().unwrap()).join("expected.jsonl");
            fs::write(kept, expected.replace(&self.name, "{{name}}")).unwrap();
        }
    }

    /// Records delivered, dropped and failed of the sample, as the README has them.
    #[track_caller]
    fn assert_sample_becomes(&self, counts: [u64; 3]) {
        let lines = self.records("sample");
        let summary = &lines.last().unwrap()["summary"];
        let shown = ["delivered", "dropped", "failed"].map(|count| summary[count].as_u64().unwrap());
        assert_eq!(shown, counts);
        let readme = fs::read_to_string(self.folder.join("README.md")).unwrap();
        let [delivered, _, failed] = counts.map(|count| count.to_string());
        assert!(
            readme.contains(&format!("{delivered} delivered"))
                && readme.contains(&format!("{failed} failed"))
        );
    }

    /// The README shows records before and after, and what goes with the row where that stays as it is.
    #[track_caller]
    fn assert_readme_is_true(&self) {
        let readme = fs::read_to_string(self.folder.join("README.md")).unwrap();
        let [before, after] = <[String; 2]>::try_from(json_blocks(&readme)).unwrap();
        fs::write(self.folder.join("readme.jsonl"), &before).unwrap();
        let lines = self.records("readme");
        let rows: String = lines.iter().filter_map(|line| line["data"].as_str()).collect();
        let keys = format!("{}\n", lines[0]["partitionKeys"]);
        assert_eq!(after, if rows == before { keys } else { rows });
    }

    /// The settings that the template derives are told by the plugin as it was built.
    #[track_caller]
    fn assert_tells_its_settings(&self) {
        let plugin = format!("target/nozzle/{}.wasm", self.name);
        let told = self.run(built::nozzle_command(), &["inspect", &plugin, "--json"]);
        let settings = &serde_json::from_str::<Value>(&told).unwrap()["settings"];
        assert_eq!(settings["additionalProperties"], false);
        let properties = settings["properties"].as_object().unwrap();
        assert!(properties.values().all(|setting| setting["description"].is_string()), "{settings:#}");
    }

    #[track_caller]
    fn assert_cargo_likes_it(&self) {
        self.run(cargo(), &["fmt", "--check"]);
        self.run(cargo(), &["clippy", "--quiet", "--all-targets", "--", "-D", "warnings"]);
        self.run(cargo(), &["test", "--quiet"]);
    }
}

fn cargo() -> Command {
    Command::new("cargo")
}

/// Does with a template what its README says. The sample gives so many records delivered, dropped and failed.
#[track_caller]
fn assert_works(template: &str, counts: [u64; 3]) {
    let made = Made::of(template);
    match bless::is_on() {
        true => made.bless(template),
        false => made.assert_cases_pass(),
    }
    made.assert_sample_becomes(counts);
    made.assert_readme_is_true();
    made.assert_tells_its_settings();
    made.assert_cargo_likes_it();
}

#[test]
fn custom_works_as_it_is_made() {
    assert_works("custom", [5, 0, 3]);
}

#[test]
fn filter_works_as_it_is_made() {
    assert_works("filter", [3, 2, 3]);
}

#[test]
fn flatten_works_as_it_is_made() {
    assert_works("flatten", [5, 0, 3]);
}

#[test]
fn enrich_works_as_it_is_made() {
    assert_works("enrich", [5, 0, 3]);
}

#[test]
fn route_works_as_it_is_made() {
    assert_works("route", [4, 0, 4]);
}

/// Why `nozzle new` refuses.
#[track_caller]
fn refusal(arguments: &[&str]) -> String {
    let output = nozzle(&[&["new"], arguments].concat(), b"");
    assert_eq!(output.status.code(), Some(1), "{}", stdout(&output));
    stderr(&output)
}

#[test]
fn a_name_that_no_plugin_can_have_is_refused_with_one_that_it_can() {
    let folder = tempfile::tempdir().unwrap();
    let refused = |name| refusal(&[folder.path().join(name).to_str().unwrap()]);
    let error = refused("My_Plugin");
    assert!(error.contains("the name `My_Plugin`: it is not kebab-case"), "{error}");
    assert!(error.contains("hint: say `my-plugin`"), "{error}");
    assert!(refused("serde").contains("hint: say `serde-plugin`"));
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn a_folder_that_is_not_empty_is_refused_and_left_as_it_is() {
    let parent = tempfile::tempdir().unwrap();
    let folder = parent.path().join("big-orders");
    fs::create_dir(&folder).unwrap();
    fs::write(folder.join("notes.txt"), "mine").unwrap();
    let expected = format!("error: the folder `{}` is not empty\n  hint: ", folder.display());
    let error = refusal(&[folder.to_str().unwrap()]);
    assert!(error.starts_with(&expected), "{error}");
    assert_eq!(fs::read_dir(&folder).unwrap().count(), 1);
}

#[test]
fn the_sdk_may_be_elsewhere() {
    let parent = tempfile::tempdir().unwrap();
    let made = |name: &str, sdk: &str| {
        let mut new = built::nozzle_command();
        let output = new.args(["new", name, "--sdk", sdk]).current_dir(parent.path()).output().unwrap();
        assert!(output.status.success(), "{}", stderr(&output));
        fs::read_to_string(parent.path().join(name).join("Cargo.toml")).unwrap()
    };
    let elsewhere = parent.path().join("elsewhere");
    fs::create_dir(&elsewhere).unwrap();
    fs::copy(root().join("sdk/Cargo.toml"), elsewhere.join("Cargo.toml")).unwrap();
    let by_path = format!("\nnozzle-sdk = {{ path = {:?} }}\n", elsewhere.canonicalize().unwrap());
    assert!(made("by-path", "elsewhere").contains(&by_path));
    let by_git = "\nnozzle-sdk = { git = \"https://git.example.com/nozzle.git\", rev = \"8c1f2ab\" }\n";
    assert!(made("by-git", "https://git.example.com/nozzle.git#8c1f2ab").contains(by_git));
    let error = refusal(&[parent.path().join("none").to_str().unwrap(), "--sdk", "no-such-folder"]);
    assert!(error.contains("`no-such-folder` holds no SDK\n  hint: "), "{error}");
}

#[test]
fn a_plugin_within_another_workspace_is_its_own() {
    let parent = tempfile::tempdir().unwrap();
    fs::write(parent.path().join("Cargo.toml"), "[workspace]\nmembers = []\n").unwrap();
    let folder = parent.path().join("plugins/big-orders");
    let output = nozzle(&["new", folder.to_str().unwrap()], b"");
    assert!(output.status.success(), "{}", stderr(&output));
    let known = cargo().args(["locate-project", "--workspace"]).current_dir(&folder).output().unwrap();
    let manifest = folder.canonicalize().unwrap().join("Cargo.toml");
    assert!(stdout(&known).contains(manifest.to_str().unwrap()), "{}{}", stdout(&known), stderr(&known));
}

#[test]
fn every_file_of_a_folder_that_is_made_stands_in_its_readme() {
    let made = Made::of("enrich");
    let readme = fs::read_to_string(made.folder.join("README.md")).unwrap();
    for path in
        ["src/lib.rs", "nozzle.toml", "products.csv", "sample.jsonl", "cases/", ".github/workflows/ci.yml"]
    {
        assert!(made.folder.join(path).exists() && readme.contains(&format!("| `{path}")), "{path}");
    }
    let ignored = fs::read_to_string(made.folder.join(".gitignore")).unwrap();
    assert!(ignored.lines().eq(["/target", "/artefacts", "/*.zip"]), "{ignored}");
}

// Whether they build is tested where their tools are: see `languages`.
#[test]
fn other_languages_have_a_plugin_each() {
    let parent = tempfile::tempdir().unwrap();
    for (language, sources) in [("javascript", "index.js"), ("python", "app.py"), ("c", "plugin.c")] {
        let folder = parent.path().join(format!("my-{language}"));
        let output = nozzle(&["new", folder.to_str().unwrap(), "--lang", language], b"");
        assert!(output.status.success(), "{}", stderr(&output));
        assert!(stdout(&output).contains(" && nozzle test && nozzle run sample\n"), "{}", stdout(&output));
        let text = fs::read_to_string(folder.join(sources)).unwrap();
        assert!(text.contains(&format!("my-{language}")) && !text.contains("{{"), "{text}");
        for file in [".gitignore", ".github/workflows/ci.yml", "cases/refused/expected.jsonl"] {
            assert!(folder.join(file).exists(), "{language}: {file}");
        }
    }
}

#[test]
fn what_is_for_rust_is_refused_in_other_languages() {
    for option in [["--template", "filter"], ["--sdk", "sdk"]] {
        let output = nozzle(&[&["new", "x", "--lang", "c"], &option[..]].concat(), b"");
        assert_eq!(output.status.code(), Some(2));
        let told = format!("error: `{}` is for plugins in Rust; ", option[0]);
        assert!(stderr(&output).starts_with(&told), "{}", stderr(&output));
    }
}

#[test]
fn help_lists_the_templates() {
    let help = stdout(&nozzle(&["new", "--help"], b""));
    for template in ["custom", "filter", "flatten", "enrich", "route"] {
        assert!(help.contains(&format!("- {template}:")), "{help}");
    }
    assert!(help.contains("[possible values: rust, javascript, python, c]"), "{help}");
}
