//! The pipelines that are measured as a Lambda runs them: from ahead-of-time artefacts.

use std::fs;
use std::path::PathBuf;

use nozzle_plugins::READY;
use nozzle_runtime::{Config, Origin, Target, Transform, artefact};
use tempfile::TempDir;

use crate::record::SETTINGS;

/// A folder with a nozzle.toml and its artefacts. It goes when it is dropped.
#[derive(Debug)]
pub struct Pipeline {
    folder: TempDir,
}

impl Pipeline {
    /// The changes of [`crate::record`] flattened: one plugin.
    ///
    /// # Errors
    ///
    /// When it cannot be compiled.
    pub fn one() -> anyhow::Result<Self> {
        Self::compile(&flatten())
    }

    /// The same rows cleaned, and given the region of their city: three plugins and a table.
    ///
    /// # Errors
    ///
    /// When it cannot be compiled.
    pub fn three() -> anyhow::Result<Self> {
        Self::compile(&format!("{}{CLEAN}{ENRICH}", flatten()))
    }

    fn compile(plugins: &str) -> anyhow::Result<Self> {
        let pipeline = Self { folder: tempfile::tempdir()? };
        fs::write(pipeline.folder.path().join("cities.csv"), CITIES)?;
        fs::write(pipeline.config(), format!("version = 1\n{plugins}"))?;
        artefact::compile(&Config::load(&pipeline.config())?, READY, Target::here())?;
        Ok(pipeline)
    }

    /// Its nozzle.toml.
    pub fn config(&self) -> PathBuf {
        self.folder.path().join("nozzle.toml")
    }

    /// Loads it into this process.
    ///
    /// # Errors
    ///
    /// Those of [`Transform::load`].
    pub fn load(&self) -> anyhow::Result<Transform> {
        Ok(Transform::load(&Config::load(&self.config())?, Origin::Artefacts)?)
    }
}

fn flatten() -> String {
    let settings = toml_of(SETTINGS);
    format!("[[plugin]]\nuse = \"flatten-dynamodb\"\nsettings = {settings}\n")
}

/// JSON objects of strings as TOML's inline tables.
fn toml_of(json: &str) -> String {
    json.replace(": ", " = ").replace('\n', " ")
}

const CLEAN: &str = r#"
[[plugin]]
use = "clean"
settings = { shape = "row", trim = true, empty-to-null = true }
"#;

const ENRICH: &str = r#"
[[plugin]]
use = "enrich-region"
settings = { table = "cities", on = "address_city", copy = ["region", "country"] }

[[table]]
name = "cities"
path = "cities.csv"
key = "city"
"#;

const CITIES: &str = "\
city,region,country
Berlin,Berlin,DE
Lisboa,Lisboa,PT
Lyon,Auvergne-Rhône-Alpes,FR
Madrid,Madrid,ES
Milano,Lombardia,IT
";
