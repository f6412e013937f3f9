//! JavaScript: componentize-js puts the module into an engine and runs its top level, once, while it builds.

use std::path::Path;

use anyhow::Context as _;
use serde::Deserialize;

use super::tool::Tool;
use super::{Built, contract};
use crate::files;

pub(super) const MARKER: &str = "package.json";

pub(super) const COMPONENTIZE: Tool = Tool {
    name: "componentize-js",
    folder: "node_modules/.bin",
    install: "npm install --save-dev --save-exact @bytecodealliance/componentize-js@0.23.0",
};

/// What the engine would import of WASI. A plugin gets none of it.
const WITHOUT: [&str; 5] = ["random", "stdio", "clocks", "http", "fetch-event"];

#[derive(Deserialize)]
struct Manifest {
    name: String,
    /// npm's own default.
    #[serde(default = "index")]
    main: String,
}

fn index() -> String {
    "index.js".to_owned()
}

pub(super) fn build(sources: &Path) -> anyhow::Result<Built> {
    let file = sources.join(MARKER);
    let manifest: Manifest = serde_json::from_slice(&files::read(&file)?)
        .with_context(|| format!("`{}` does not tell the plugin's name", file.display()))?;
    let wit = contract::write(sources)?;
    let component = super::target(sources).join("component.wasm");
    COMPONENTIZE.run(sources, |tool| {
        let tool = tool.arg(manifest.main).arg("--wit").arg(wit).args(["--world-name", contract::WORLD]);
        tool.arg("--out").arg(&component).arg("--disable").args(WITHOUT)
    })?;
    let name = manifest.name.rsplit('/').next().unwrap_or_default().to_owned();
    Ok(Built { name, wasm: super::taken(&component)? })
}
