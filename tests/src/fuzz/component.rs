//! A plugin's `.wasm`.

use std::io::Write as _;
use std::sync::LazyLock;

use nozzle_runtime::config::PluginSource;
use nozzle_runtime::{component_bytes, inspect};
use tempfile::NamedTempFile;
use wit_component::{StringEncoding, embed_component_metadata};
use wit_parser::Resolve;

use crate::root;

/// How every `.wasm` begins, and how a core module goes on.
const WASM: &[u8] = b"\0asm";
const MODULE: &[u8] = b"\0asm\x01\0\0\0";

/// The name of the section of a core module that holds a contract.
const SECTION: &[u8] = b"component-type";

/// That section with Nozzle's contract.
static CONTRACT: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let mut resolve = Resolve::default();
    let package = resolve.push_file(root().join("sdk/wit/plugin.wit")).expect("the contract is WIT");
    let world = resolve.select_world(&[package], None).expect("it has one world");
    let mut module = MODULE.to_vec();
    embed_component_metadata(&mut module, &resolve, world, StringEncoding::UTF8).expect("a module takes it");
    module.split_off(MODULE.len())
});

/// Loads the bytes as a plugin, up to the answer of its `describe`: it ends, and a refusal says why. A core module is
/// loaded with the contract behind it, too. One with a contract of its own is left out: wit-parser, which reads it,
/// recurses without end where two packages need each other.
///
/// # Panics
///
/// When that does not hold.
pub fn component(data: &[u8]) {
    if !data.starts_with(WASM) {
        assert!(!component_bytes(data).expect_err("it is no WebAssembly").is_empty());
    } else if !data.starts_with(MODULE) {
        load(data);
    } else if !data.windows(SECTION.len()).any(|bytes| bytes == SECTION) {
        load(data);
        load(&[data, &CONTRACT].concat());
    }
}

fn load(data: &[u8]) {
    let mut file = NamedTempFile::new().expect("there is a folder for temporary files");
    file.write_all(data).expect("a temporary file can be written");
    match inspect(PluginSource::File(file.path().to_owned()), &[]) {
        Ok((identity, description)) => {
            assert!(!identity.exports.is_empty() && !description.name.is_empty());
        }
        Err(refusal) => assert!(!refusal.to_string().is_empty()),
    }
}
