//! The contract, for the tools that make bindings of it.

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use wit_component::StringEncoding;
use wit_parser::Resolve;

/// The contract's text, as it stands in the SDK.
const WIT: &str = include_str!("../../../../sdk/wit/plugin.wit");

/// The world of the contract that a plugin is of.
pub(super) const WORLD: &str = "plugin";

/// Writes the contract for the tools of a plugin's folder and gives the folder that it is in.
pub(super) fn write(sources: &Path) -> anyhow::Result<PathBuf> {
    let folder = super::target(sources).join("wit");
    super::write(&folder.join("plugin.wit"), WIT.as_bytes())?;
    Ok(folder)
}

/// Puts the contract into a core module that has none: what a binding generator does otherwise.
pub(super) fn embed(module: &mut Vec<u8>) -> anyhow::Result<()> {
    let mut resolve = Resolve::default();
    let package = resolve.push_str("plugin.wit", WIT)?;
    let world = resolve.select_world(&[package], Some(WORLD))?;
    wit_component::embed_component_metadata(module, &resolve, world, StringEncoding::UTF8)
        .context("failed to put the contract into the module")
}
