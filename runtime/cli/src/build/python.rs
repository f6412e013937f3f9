//! Python: componentize-py puts the module `plugin` and an interpreter into a component, imports done.

use std::path::Path;

use anyhow::Context as _;
use serde::Deserialize;

use super::tool::Tool;
use super::{Built, contract};
use crate::files;

pub(super) const MARKER: &str = "pyproject.toml";

/// Not the world's name: the bindings have that.
const MODULE: &str = "app";

pub(super) const COMPONENTIZE: Tool = Tool {
    name: "componentize-py",
    folder: ".venv/bin",
    install: "python3 -m venv .venv && .venv/bin/pip install componentize-py==0.25.1",
};

#[derive(Deserialize)]
struct Manifest {
    project: Project,
}

#[derive(Deserialize)]
struct Project {
    name: String,
}

pub(super) fn build(sources: &Path) -> anyhow::Result<Built> {
    let file = sources.join(MARKER);
    let manifest: Manifest = toml::from_str(&files::read_text(&file)?)
        .with_context(|| format!("`{}` does not tell the plugin's name", file.display()))?;
    let wit = contract::write(sources)?;
    let component = super::target(sources).join("component.wasm");
    COMPONENTIZE.run(sources, |tool| {
        // Where the project's own packages are.
        let environment = sources.join(".venv");
        if environment.is_dir() {
            tool.env("VIRTUAL_ENV", environment);
        }
        let tool = tool.arg("--wit-path").arg(wit).args(["--world", contract::WORLD, "--quiet"]);
        tool.args(["componentize", MODULE, "--stub-wasi", "--output"]).arg(&component)
    })?;
    Ok(Built { name: manifest.project.name, wasm: super::taken(&component)? })
}
