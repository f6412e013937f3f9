//! A plugin's `.wasm`.

use std::io::Write as _;

use nozzle_plugins::READY;
use nozzle_runtime::config::PluginSource;
use nozzle_runtime::{component_bytes, inspect};
use tempfile::NamedTempFile;

use crate::contract::{MODULE, with_contract};

/// How every `.wasm` begins.
const WASM: &[u8] = b"\0asm";

/// The name of the section of a core module that holds a contract.
const SECTION: &[u8] = b"component-type";

/// Loads the bytes as a plugin, up to the answer of its `describe`: it ends, and a refusal says why. A core module without
/// a contract is loaded with the true one behind it, too.
///
/// # Panics
///
/// When that does not hold.
pub fn component(data: &[u8]) {
    if !data.starts_with(WASM) {
        assert!(!component_bytes(data).expect_err("it is no WebAssembly").is_empty());
        return;
    }
    load(data);
    if data.starts_with(MODULE) && !data.windows(SECTION.len()).any(|bytes| bytes == SECTION) {
        load(&with_contract(data));
    }
}

fn load(data: &[u8]) {
    let mut file = NamedTempFile::new().expect("there is a folder for temporary files");
    file.write_all(data).expect("a temporary file can be written");
    match inspect(PluginSource::File(file.path().to_owned()), READY) {
        Ok((identity, description)) => {
            assert!(!identity.exports.is_empty() && !description.name.is_empty());
        }
        Err(refusal) => assert!(!refusal.to_string().is_empty()),
    }
}
