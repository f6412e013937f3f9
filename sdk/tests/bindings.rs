//! The SDK's bindings are what wit-bindgen makes of the contract.

use std::fs;
use std::path::Path;

use wit_bindgen_core::wit_parser::Resolve;
use wit_bindgen_core::{Files, WorldGenerator as _};
use wit_bindgen_rust::{Opts, Ownership};

/// Kept in the SDK: with the macro of wit-bindgen, each author would build its generator for the same text.
fn generated() -> String {
    let mut resolve = Resolve::default();
    let package = resolve.push_file(Path::new(env!("CARGO_MANIFEST_DIR")).join("wit/plugin.wit")).unwrap();
    let world = resolve.select_world(&[package], None).unwrap();
    let options = Opts {
        format: true,
        pub_export_macro: true,
        default_bindings_module: Some("::nozzle_sdk::__private::bindings".to_owned()),
        ownership: Ownership::Borrowing { duplicate_if_necessary: false },
        ..Opts::default()
    };
    let mut files = Files::default();
    options.build().generate(&mut resolve, world, &mut files).unwrap();
    let (_, text) = files.iter().next().unwrap();
    String::from_utf8(text.to_vec()).unwrap()
}

#[test]
#[expect(clippy::disallowed_methods, reason = "the bless switch")]
fn the_sdk_has_the_bindings_of_the_contract() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/__private/bindings.rs");
    let generated = generated();
    if std::env::var_os("NOZZLE_BLESS").is_some() {
        fs::write(&file, &generated).unwrap();
    }
    assert!(fs::read_to_string(&file).unwrap() == generated, "NOZZLE_BLESS=1 writes `{}`", file.display());
}
