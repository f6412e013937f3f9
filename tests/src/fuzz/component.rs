//! A plugin's `.wasm`.

use std::io::Write as _;

use nozzle_runtime::config::PluginSource;
use nozzle_runtime::{component_bytes, inspect};
use tempfile::NamedTempFile;

/// Loads the bytes as a plugin, up to the answer of its `describe`: it ends, and a refusal says why.
///
/// # Panics
///
/// When that does not hold.
pub fn component(data: &[u8]) {
    if !data.starts_with(b"\0asm") {
        assert!(!component_bytes(data).expect_err("it is no WebAssembly").is_empty());
        return;
    }
    let mut file = NamedTempFile::new().expect("there is a folder for temporary files");
    file.write_all(data).expect("a temporary file can be written");
    match inspect(PluginSource::File(file.path().to_owned()), &[]) {
        Ok((identity, description)) => {
            assert!(!identity.exports.is_empty() && !description.name.is_empty());
        }
        Err(refusal) => assert!(!refusal.to_string().is_empty()),
    }
}
