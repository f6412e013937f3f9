//! The list of a package's parts, as CycloneDX 1.6 in JSON: the bootstrap with its crates, and the plugins.
//!
//! It has neither time nor serial number, which CycloneDX leaves open: the same parts give the same bytes.

use nozzle_runtime::artefact::sha256;
use serde::Serialize;

use super::bootstrap::Bootstrap;
use super::elf::{Crate, Kind, Program};
use super::plugins::PackedPlugin;

/// Its name in the zip.
pub(crate) const FILE: &str = "sbom.cdx.json";

/// The list of parts, <https://cyclonedx.org/docs/1.6/json/>.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Sbom {
    #[serde(rename = "$schema")]
    schema: &'static str,
    bom_format: &'static str,
    spec_version: &'static str,
    version: u32,
    metadata: Metadata,
    components: Vec<Component>,
    dependencies: Vec<Dependency>,
    compositions: Vec<Composition>,
}

#[derive(Debug, Serialize)]
struct Metadata {
    tools: Tools,
    component: Component,
}

#[derive(Debug, Serialize)]
struct Tools {
    components: Vec<Component>,
}

#[derive(Debug, Default, Serialize)]
#[serde(rename_all = "kebab-case")]
struct Component {
    r#type: &'static str,
    #[serde(skip_serializing_if = "String::is_empty")]
    bom_ref: String,
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    version: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    hashes: Vec<Hash>,
    #[serde(skip_serializing_if = "Option::is_none")]
    purl: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    properties: Vec<Property>,
}

#[derive(Debug, Serialize)]
struct Hash {
    alg: &'static str,
    content: String,
}

#[derive(Debug, Serialize)]
struct Property {
    name: &'static str,
    value: String,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Dependency {
    r#ref: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    depends_on: Vec<String>,
}

/// How far the dependencies of some parts are known.
#[derive(Debug, Serialize)]
struct Composition {
    aggregate: &'static str,
    dependencies: Vec<String>,
}

const PIPELINE: &str = "pipeline";
const BOOTSTRAP: &str = "bootstrap";

impl Sbom {
    /// The parts of a pipeline of this name.
    pub(crate) fn of(pipeline: &str, bootstrap: &Bootstrap, plugins: &[PackedPlugin]) -> Self {
        let crates = bootstrap.program.crates.as_deref().unwrap_or_default();
        let parts = [BOOTSTRAP.to_owned()].into_iter().chain(plugins.iter().map(plugin_ref));
        let mut dependencies = vec![Dependency { r#ref: PIPELINE.to_owned(), depends_on: parts.collect() }];
        dependencies.extend(linked(crates).map(|one| dependencies_of(one, crates)));
        let mut components = vec![bootstrap_component(bootstrap)];
        components.extend(linked(crates).filter(|one| !one.root).map(crate_component));
        components.extend(plugins.iter().map(plugin_component));
        Self {
            schema: "http://cyclonedx.org/schema/bom-1.6.schema.json",
            bom_format: "CycloneDX",
            spec_version: "1.6",
            version: 1,
            metadata: Metadata {
                tools: Tools { components: vec![this()] },
                component: of_pipeline(pipeline),
            },
            components,
            dependencies,
            compositions: compositions(&bootstrap.program, plugins),
        }
    }

    /// As it stands in the zip.
    pub(crate) fn json(&self) -> anyhow::Result<Vec<u8>> {
        let mut text = serde_json::to_vec_pretty(self)?;
        text.push(b'\n');
        Ok(text)
    }
}

/// The program that made the list.
fn this() -> Component {
    let version = Some(env!("CARGO_PKG_VERSION").to_owned());
    Component { r#type: "application", name: "nozzle".to_owned(), version, ..Component::default() }
}

fn of_pipeline(name: &str) -> Component {
    let (bom_ref, name) = (PIPELINE.to_owned(), name.to_owned());
    Component { r#type: "application", bom_ref, name, ..Component::default() }
}

fn bootstrap_component(bootstrap: &Bootstrap) -> Component {
    let program = &bootstrap.program;
    let known = match &program.crates {
        Some(_) => "as the bootstrap lists them in .dep-v0; without Rust's standard library",
        None => "unknown: the bootstrap has no list of them",
    };
    let libc = program.glibc.map_or("none: linked statically".to_owned(), |glibc| format!("glibc {glibc}"));
    Component {
        r#type: "application",
        bom_ref: BOOTSTRAP.to_owned(),
        name: "nozzle-lambda".to_owned(),
        version: program.version().map(str::to_owned),
        hashes: vec![Hash { alg: "SHA-256", content: sha256(&bootstrap.bytes) }],
        properties: vec![
            Property { name: "nozzle:crates", value: known.to_owned() },
            Property { name: "nozzle:libc", value: libc },
        ],
        ..Component::default()
    }
}

/// A crate has a package URL where it is that of crates.io.
fn crate_component(one: &Crate) -> Component {
    let public = one.source == "crates.io";
    Component {
        r#type: "library",
        bom_ref: crate_ref(one),
        name: one.name.clone(),
        version: Some(one.version.clone()),
        purl: public.then(|| format!("pkg:cargo/{}@{}", one.name, one.version.replace('+', "%2B"))),
        ..Component::default()
    }
}

fn plugin_component(plugin: &PackedPlugin) -> Component {
    Component {
        r#type: "application",
        bom_ref: plugin_ref(plugin),
        name: plugin.name.clone(),
        version: Some(plugin.version.clone()),
        hashes: vec![Hash { alg: "SHA-256", content: plugin.wasm_sha256.clone() }],
        properties: vec![Property { name: "nozzle:native-sha256", value: plugin.sha256.clone() }],
        ..Component::default()
    }
}

/// The crates that are parts of the program.
pub(super) fn linked(crates: &[Crate]) -> impl Iterator<Item = &Crate> {
    crates.iter().filter(|one| one.kind == Kind::Runtime)
}

fn dependencies_of(one: &Crate, crates: &[Crate]) -> Dependency {
    let found = one.dependencies.iter().filter_map(|at| crates.get(*at));
    let depends_on = found.filter(|found| found.kind == Kind::Runtime).map(crate_ref).collect();
    Dependency { r#ref: crate_ref(one), depends_on }
}

fn crate_ref(one: &Crate) -> String {
    match one.root {
        true => BOOTSTRAP.to_owned(),
        false => format!("{}/{}@{}", one.source, one.name, one.version),
    }
}

/// The name of a plugin is its own within a pipeline.
fn plugin_ref(plugin: &PackedPlugin) -> String {
    format!("plugin/{}", plugin.name)
}

/// What is not known is said to be unknown, and not to be nothing.
fn compositions(program: &Program, plugins: &[PackedPlugin]) -> Vec<Composition> {
    let bootstrap = if program.crates.is_some() { "incomplete" } else { "unknown" };
    vec![
        Composition { aggregate: bootstrap, dependencies: vec![BOOTSTRAP.to_owned()] },
        Composition { aggregate: "unknown", dependencies: plugins.iter().map(plugin_ref).collect() },
    ]
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn listed(crates: Option<Value>) -> Value {
        let crates = crates.map(|crates| serde_json::from_value(crates).unwrap());
        let program = Program { target: None, interpreter: None, glibc: None, has_symbols: false, crates };
        let bootstrap = Bootstrap { bytes: b"program".to_vec(), program };
        let plugin = PackedPlugin {
            name: "clean".to_owned(),
            version: "0.1.0".to_owned(),
            wasm_sha256: "ab".repeat(32),
            sha256: "cd".repeat(32),
            bytes: 1,
        };
        serde_json::from_slice(&Sbom::of("sales", &bootstrap, &[plugin]).json().unwrap()).unwrap()
    }

    #[test]
    fn the_crates_of_the_bootstrap_are_listed_and_those_of_its_build_are_not() {
        let sbom = listed(Some(json!([
            { "name": "serde", "version": "1.0.2", "source": "crates.io" },
            { "name": "cc", "version": "1.2.0", "source": "crates.io", "kind": "build" },
            { "name": "nozzle-runtime", "version": "0.1.0", "source": "local", "dependencies": [0, 1] },
            { "name": "nozzle-lambda", "version": "0.1.0", "source": "local", "dependencies": [2], "root": true },
        ])));
        let names: Vec<&str> =
            sbom["components"].as_array().unwrap().iter().map(|one| one["name"].as_str().unwrap()).collect();
        assert_eq!(names, ["nozzle-lambda", "serde", "nozzle-runtime", "clean"]);
        assert_eq!(sbom["components"][1]["purl"], "pkg:cargo/serde@1.0.2");
        assert_eq!(sbom["components"][2].get("purl"), None, "a local crate is on no registry");
        assert_eq!(sbom["components"][0]["version"], "0.1.0");
        let dependencies = &sbom["dependencies"];
        assert_eq!(dependencies[0]["dependsOn"], json!(["bootstrap", "plugin/clean"]));
        assert_eq!(dependencies[2]["ref"], "local/nozzle-runtime@0.1.0");
        assert_eq!(dependencies[2]["dependsOn"], json!(["crates.io/serde@1.0.2"]));
        assert_eq!(
            dependencies[3],
            json!({ "ref": "bootstrap", "dependsOn": ["local/nozzle-runtime@0.1.0"] })
        );
        assert_eq!(sbom["compositions"][0]["aggregate"], "incomplete");
    }

    #[test]
    fn a_bootstrap_without_a_list_says_so() {
        let sbom = listed(None);
        assert_eq!(sbom["components"].as_array().unwrap().len(), 2);
        let crates = sbom["components"][0]["properties"][0]["value"].as_str().unwrap();
        assert!(crates.starts_with("unknown: "), "{crates}");
        assert_eq!(sbom["compositions"][0]["aggregate"], "unknown");
        assert_eq!(sbom["components"][0].get("version"), None);
    }
}
