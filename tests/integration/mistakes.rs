//! What newcomers do wrong, each through the real `nozzle`: the message names the thing and the way out.
//!
//! Each folder of tests/fixtures/mistakes is a mistake: the files that somebody has, and a session with what `nozzle` says.
//! Files that cannot stand there are made by the test: [`With`]. `NOZZLE` stands for the repository, `HERE` for the folder.

use std::fs;
use std::path::Path;
use std::process::Command;

use nozzle_tests::{built, root};

use crate::sessions;

/// What a mistake needs beside its files.
enum With {
    Nothing,
    /// `plugin.wasm`, the fixture that misbehaves.
    Misbehave,
    /// `plugin.wasm`, a component with the imports and exports of this world.
    World(&'static str),
    /// `plugin.wasm`, a core module of this text.
    Module(&'static str),
}

use With::{Misbehave, Module, Nothing, World};

fn make(name: &str, with: &With) {
    let fixture = root().join("tests/fixtures/mistakes").join(name);
    let folder = tempfile::tempdir().expect("there is room for a folder");
    copy(&fixture, folder.path());
    let plugin = folder.path().join("plugin.wasm");
    match with {
        Nothing => {}
        Misbehave => _ = fs::copy(built::misbehave(), &plugin).expect("there is room for a plugin"),
        World(wit) => fs::write(&plugin, component(wit)).expect("there is room for a plugin"),
        Module(text) => {
            fs::write(&plugin, wat::parse_str(text).expect(name)).expect("there is room for a plugin");
        }
    }
    let here = folder.path().to_str().expect("a temporary folder is text");
    let arrange = |nozzle: &mut Command| surroundings(nozzle, folder.path());
    sessions::check(&fixture.join("session.txt"), folder.path(), arrange, |printed| plain(&printed, here));
}

/// Copies what somebody has: all but what nozzle is to say.
pub(crate) fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("there is room for a folder");
    for entry in
        fs::read_dir(from).expect("a mistake has a folder").map(|entry| entry.expect("it can be listed"))
    {
        let (path, name) = (entry.path(), entry.file_name());
        match name.to_str() {
            Some("session.txt") => {}
            Some("Cargo.toml") => {
                let text = fs::read_to_string(&path).expect("a manifest is text");
                let text = text.replace("NOZZLE", root().to_str().expect("the repository's path is text"));
                fs::write(to.join(name), text).expect("there is room for a manifest");
            }
            _ if path.is_dir() => copy(&path, &to.join(name)),
            _ => _ = fs::copy(&path, to.join(name)).expect("there is room for a file"),
        }
    }
}

/// The tools of the mistake come before those of the machine, and cargo tells errors alone.
#[expect(clippy::disallowed_methods, reason = "commands find their tools by it")]
fn surroundings(nozzle: &mut Command, folder: &Path) {
    let path = std::env::var("PATH").unwrap_or_default();
    nozzle
        .env("PATH", format!("{}:{path}", folder.join("bin").display()))
        .env("CARGO_TERM_QUIET", "true")
        .env("CARGO_TARGET_DIR", root().join("target/mistakes"))
        .env_remove("HASH_KEY");
}

/// What is the same on every machine.
fn plain(printed: &str, here: &str) -> String {
    let repository = root();
    let printed = printed
        .replace(&format!("/private{here}"), "HERE")
        .replace(here, "HERE")
        .replace(repository.to_str().expect("the repository's path is text"), "NOZZLE");
    printed.lines().filter(|line| !is_drawing(line)).map(|line| without_times(line) + "\n").collect()
}

/// Whether a line is a part of the source that rustc shows: other versions draw otherwise.
fn is_drawing(line: &str) -> bool {
    let Some(line) = line.strip_prefix("! ").map(str::trim_start) else { return false };
    let of_source = line.trim_start_matches(|c: char| c.is_ascii_digit()).trim_start();
    of_source.starts_with(['|', '='])
        || line == "..."
        || line.starts_with("For more information about this error")
}

/// A line without times, and without places in the standard library.
fn without_times(line: &str) -> String {
    for (before, behind) in
        [("time per record: ", ""), (" MiB of memory, after ", ""), ("(library/std/", ")")]
    {
        if let Some(at) = line.find(before).map(|at| at + before.len()) {
            let end = if behind.is_empty() { line.len() } else { at + line[at..].find(behind).unwrap_or(0) };
            return format!("{}...{}", &line[..at], &line[end..]);
        }
    }
    line.to_owned()
}

/// A component with the imports and exports of a world, and nothing behind them.
fn component(wit: &str) -> Vec<u8> {
    use wit_component::{ComponentEncoder, StringEncoding, dummy_module, embed_component_metadata};
    use wit_parser::{ManglingAndAbi, Resolve};
    let mut resolve = Resolve::default();
    let interfaces = "package wasi:cli@0.2.0; interface environment { get: func() -> string; }";
    resolve.push_str("wasi.wit", interfaces).unwrap();
    let transformer = "package nozzle:plugin@0.0.9; interface transformer { transform: func(); }";
    resolve.push_str("nozzle.wit", transformer).unwrap();
    let package = resolve.push_str("world.wit", wit).unwrap();
    let world = resolve.select_world(&[package], None).unwrap();
    let mut module = dummy_module(&resolve, world, ManglingAndAbi::Standard32);
    embed_component_metadata(&mut module, &resolve, world, StringEncoding::UTF8).unwrap();
    ComponentEncoder::default().module(&module).unwrap().encode().unwrap()
}

macro_rules! mistakes {
    ($($test:ident: $folder:literal $with:expr,)+) => {
        $(#[test]
        fn $test() {
            make($folder, &$with);
        })+

        #[test]
        fn every_mistake_is_made() {
            let folders = fs::read_dir(root().join("tests/fixtures/mistakes")).unwrap();
            let mut found: Vec<String> =
                folders.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
            found.sort();
            let mut made = vec![$($folder),+];
            made.sort_unstable();
            assert_eq!(found, made);
        }
    };
}

mistakes! {
    // The folder and the toolchain.
    no_nozzle_toml: "no-nozzle-toml" Nothing,
    target_not_installed: "target-not-installed" Nothing,
    no_componentize: "no-componentize" Nothing,
    old_rustc_and_another_sdk: "old-rustc" Nothing,
    no_crate_type: "no-crate-type" Nothing,
    no_attribute: "no-attribute" Nothing,
    two_plugins: "two-plugins" Nothing,
    run_before_build: "run-before-build" Nothing,
    no_cases: "no-cases" Nothing,
    other_artefacts: "other-artefacts" Nothing,
    // nozzle.toml.
    misspelt_key: "misspelt-key" Nothing,
    several_at_once: "several-at-once" Nothing,
    misspelt_setting: "misspelt-setting" Nothing,
    setting_of_a_wrong_type: "setting-of-a-wrong-type" Nothing,
    no_variable: "no-variable" Nothing,
    unknown_ready_plugin: "unknown-ready-plugin" Nothing,
    missing_table: "missing-table" Nothing,
    no_such_table: "no-such-table" Nothing,
    table_without_key_column: "table-without-key-column" Nothing,
    table_without_column: "table-without-column" Nothing,
    memory_below_the_start: "memory-below-the-start" Misbehave,
    // What `path` leads to.
    no_such_path: "no-such-path" Nothing,
    source_for_wasm: "source-for-wasm" Nothing,
    module_without_contract: "module-without-contract" Module("(module (func (export \"transform\")))"),
    other_component: "other-component" World("package local:foreign; world w { export run: func(); }"),
    wasi_component:
        "wasi-component" World("package local:foreign; world w { import wasi:cli/environment@0.2.0; }"),
    old_contract:
        "old-contract" World("package local:foreign; world w { export nozzle:plugin/transformer@0.0.9; }"),
    // Records.
    pretty_printed_json: "pretty-printed-json" Nothing,
    infinite_loop: "infinite-loop" Misbehave,
    endless_recursion: "endless-recursion" Misbehave,
    giant_output: "giant-output" Misbehave,
    grows_too_much: "grows-too-much" Misbehave,
    out_of_memory: "out-of-memory" Misbehave,
    panic: "panic" Misbehave,
    empty_explode: "empty-explode" Misbehave,
    clock_and_print: "clock-and-print" Nothing,
}
