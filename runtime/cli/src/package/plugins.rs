//! The plugins of a package, by version and sum.

use nozzle_runtime::artefact::{Manifest, sha256};
use nozzle_runtime::{Config, Transform};
use serde::Serialize;

use super::bootstrap::Bootstrap;

/// One plugin of the pipeline.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PackedPlugin {
    /// Its name in the pipeline.
    pub(super) name: String,
    /// Its own version.
    pub(super) version: String,
    /// SHA-256 of its `.wasm`, in hexadecimal.
    pub(super) wasm_sha256: String,
    /// SHA-256 of its native code, in hexadecimal.
    pub(super) sha256: String,
    /// The native code's size.
    pub(super) bytes: u64,
}

/// The plugins in the order of the pipeline.
pub(crate) fn packed_plugins(
    config: &Config,
    transform: &Transform,
    manifest: &Manifest,
) -> Vec<PackedPlugin> {
    let artefact_of = |written| manifest.artefacts.iter().find(|artefact| artefact.plugin == written);
    let configured = config.plugins.iter().filter_map(|plugin| artefact_of(plugin.written.as_str()));
    let packed = transform.plugins().zip(configured).map(|(description, artefact)| PackedPlugin {
        name: description.name.to_string(),
        version: description.version.clone(),
        wasm_sha256: artefact.wasm_sha256.clone(),
        sha256: artefact.sha256.clone(),
        bytes: artefact.bytes,
    });
    packed.collect()
}

/// Writes into the manifest what only packaging knows: the bootstrap, and the plugins' own versions.
pub(crate) fn tell_versions(manifest: &mut Manifest, bootstrap: &Bootstrap, plugins: &[PackedPlugin]) {
    manifest.bootstrap_sha256 = Some(sha256(&bootstrap.bytes));
    for artefact in &mut manifest.artefacts {
        let plugin = plugins.iter().find(|plugin| plugin.sha256 == artefact.sha256);
        artefact.version = plugin.map(|plugin| plugin.version.clone());
    }
}
