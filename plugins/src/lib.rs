//! The ready plugins, built for WebAssembly, and the ready tables, carried along so that `use = "..."` in nozzle.toml needs neither a file nor
//! a toolchain.

use nozzle_runtime::{Ready, ReadyPlugin, ReadyTable};

/// All of them, by name.
pub const READY: &Ready = &Ready { plugins: PLUGINS, tables: TABLES };

/// Each is a core module that carries the contract. The build script, which makes them, writes the list.
const PLUGINS: &[ReadyPlugin] = include!(concat!(env!("OUT_DIR"), "/ready.rs"));

/// Each is described in the README of `tables/`.
const TABLES: &[ReadyTable] = &[
    ReadyTable { name: "countries", csv: include_bytes!("../tables/countries.csv") },
    ReadyTable { name: "country-names", csv: include_bytes!("../tables/country-names.csv") },
];
