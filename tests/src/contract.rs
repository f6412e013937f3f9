//! The contract, as a core module carries it.

use std::sync::LazyLock;

use wit_component::{StringEncoding, embed_component_metadata};
use wit_parser::Resolve;

use crate::root;

/// How a core module begins.
pub const MODULE: &[u8] = b"\0asm\x01\0\0\0";

/// The section of a core module that holds Nozzle's contract.
static SECTION: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let mut resolve = Resolve::default();
    let package = resolve.push_file(root().join("sdk/wit/plugin.wit")).expect("the contract is WIT");
    let world = resolve.select_world(&[package], None).expect("it has one world");
    let mut module = MODULE.to_vec();
    embed_component_metadata(&mut module, &resolve, world, StringEncoding::UTF8).expect("a module takes it");
    module.split_off(MODULE.len())
});

/// A core module with the contract behind it.
pub fn with_contract(module: &[u8]) -> Vec<u8> {
    [module, &SECTION].concat()
}
