//! C: zig's clang makes a core module, which the contract is put into. The SDK's header and its sources come with
//! this command.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use super::tool::Tool;
use super::{Built, contract};
use crate::files;

pub(super) const MARKER: &str = "plugin.c";

pub(super) const ZIG: Tool = Tool {
    name: "python-zig",
    folder: ".venv/bin",
    install: "python3 -m venv .venv && .venv/bin/pip install ziglang==0.17.1",
};

/// The SDK for C, by the names that its files have below `target/nozzle/c`.
const SDK: [(&str, &str); 4] = [
    ("nozzle.h", include_str!("../../../../sdk/c/nozzle.h")),
    ("nozzle.c", include_str!("../../../../sdk/c/nozzle.c")),
    ("json.h", include_str!("../../../../sdk/c/json.h")),
    ("json.c", include_str!("../../../../sdk/c/json.c")),
];

const FLAGS: [&str; 11] = [
    "cc",
    // A reactor has no `main`; of the WASI that the target is for, nothing is left where nothing of it is called.
    "-target",
    "wasm32-wasi",
    "-mexec-model=reactor",
    "-std=c17",
    "-O3",
    "-flto",
    "-Wall",
    "-Wextra",
    // Function names stay: without them a trap report says nothing.
    "-Wl,--strip-debug",
    // A memory is made for each batch: a small stack makes a small one.
    "-Wl,-z,stack-size=262144",
];

pub(super) fn build(sources: &Path) -> anyhow::Result<Built> {
    let sdk = super::target(sources).join("c");
    for (name, text) in SDK {
        super::write(&sdk.join(name), text.as_bytes())?;
    }
    let module = super::target(sources).join("module.wasm");
    let files = [c_files(sources)?, c_files(&sdk)?].concat();
    // Relative, so that `__FILE__` in a report is the author's file and no path of this machine.
    let files = files.iter().map(|file| file.strip_prefix(sources).unwrap_or(file));
    ZIG.run(sources, |zig| zig.args(FLAGS).arg("-I").arg(&sdk).args(files).arg("-o").arg(&module))?;
    let mut wasm = super::taken(&module)?;
    contract::embed(&mut wasm)?;
    let name = sources.file_name().unwrap_or_default().to_string_lossy().into_owned();
    Ok(Built { name, wasm })
}

/// The C files in a folder, in the order of their names.
fn c_files(folder: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let mut files = files::entries(folder)?;
    files.retain(|file| file.extension() == Some(OsStr::new("c")));
    Ok(files)
}
