//! The ready plugins, built for WebAssembly, and the ready tables, carried along so that `use = "..."` in nozzle.toml needs neither a file nor
//! a toolchain.

use nozzle_runtime::{Ready, ReadyPlugin, ReadyTable};

/// All of them, by name.
pub const READY: &Ready = &Ready { plugins: PLUGINS, tables: TABLES };

/// Each is a core module that carries the contract.
const PLUGINS: &[ReadyPlugin] = &[
    ReadyPlugin { name: "clean", wasm: include_bytes!(concat!(env!("OUT_DIR"), "/clean.wasm")) },
    ReadyPlugin {
        name: "cloudwatch-logs",
        wasm: include_bytes!(concat!(env!("OUT_DIR"), "/cloudwatch_logs.wasm")),
    },
    ReadyPlugin { name: "conform", wasm: include_bytes!(concat!(env!("OUT_DIR"), "/conform.wasm")) },
    ReadyPlugin { name: "csv-rows", wasm: include_bytes!(concat!(env!("OUT_DIR"), "/csv_rows.wasm")) },
    ReadyPlugin {
        name: "enrich-region",
        wasm: include_bytes!(concat!(env!("OUT_DIR"), "/enrich_region.wasm")),
    },
    ReadyPlugin { name: "filter", wasm: include_bytes!(concat!(env!("OUT_DIR"), "/filter.wasm")) },
    ReadyPlugin { name: "flatten", wasm: include_bytes!(concat!(env!("OUT_DIR"), "/flatten.wasm")) },
    ReadyPlugin {
        name: "flatten-dynamodb",
        wasm: include_bytes!(concat!(env!("OUT_DIR"), "/flatten_dynamodb.wasm")),
    },
    ReadyPlugin { name: "route", wasm: include_bytes!(concat!(env!("OUT_DIR"), "/route.wasm")) },
    ReadyPlugin {
        name: "unwrap-debezium",
        wasm: include_bytes!(concat!(env!("OUT_DIR"), "/unwrap_debezium.wasm")),
    },
    ReadyPlugin { name: "unwrap-dms", wasm: include_bytes!(concat!(env!("OUT_DIR"), "/unwrap_dms.wasm")) },
];

/// Each is described in the README of `tables/`.
const TABLES: &[ReadyTable] = &[
    ReadyTable { name: "countries", csv: include_bytes!("../tables/countries.csv") },
    ReadyTable { name: "country-names", csv: include_bytes!("../tables/country-names.csv") },
];
