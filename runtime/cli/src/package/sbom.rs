//! The list of a package's parts, as CycloneDX 1.6 in JSON: the bootstrap with its crates, and the plugins.
//! <https://cyclonedx.org/docs/1.6/json/>
//!
//! It has neither time nor serial number, which CycloneDX leaves open: the same parts give the same bytes.

use nozzle_runtime::artefact::sha256;
use serde_json::{Value, json};

use super::bootstrap::Bootstrap;
use super::elf::{Crate, Kind, Program};
use super::plugins::PackedPlugin;

/// Its name in the zip.
pub(crate) const FILE: &str = "sbom.cdx.json";

const PIPELINE: &str = "pipeline";
const BOOTSTRAP: &str = "bootstrap";

/// The parts of a pipeline of this name, as they stand in the zip.
pub(crate) fn sbom(pipeline: &str, bootstrap: &Bootstrap, plugins: &[PackedPlugin]) -> Vec<u8> {
    format!("{:#}\n", list(pipeline, bootstrap, plugins)).into_bytes()
}

fn list(pipeline: &str, bootstrap: &Bootstrap, plugins: &[PackedPlugin]) -> Value {
    let crates = bootstrap.program.crates.as_deref().unwrap_or_default();
    let parts: Vec<String> =
        [BOOTSTRAP.to_owned()].into_iter().chain(plugins.iter().map(plugin_ref)).collect();
    let mut dependencies = vec![json!({ "ref": PIPELINE, "dependsOn": parts })];
    dependencies.extend(linked(crates).map(|one| dependencies_of(one, crates)));
    let mut components = vec![bootstrap_component(bootstrap)];
    components.extend(linked(crates).filter(|one| !one.root).map(crate_component));
    components.extend(plugins.iter().map(plugin_component));
    let this = json!({ "type": "application", "name": "nozzle", "version": env!("CARGO_PKG_VERSION") });
    json!({
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {
            "tools": { "components": [this] },
            "component": { "type": "application", "bom-ref": PIPELINE, "name": pipeline },
        },
        "components": components,
        "dependencies": dependencies,
        "compositions": compositions(&bootstrap.program, plugins),
    })
}

fn bootstrap_component(bootstrap: &Bootstrap) -> Value {
    let program = &bootstrap.program;
    let known = match &program.crates {
        Some(_) => "as the bootstrap lists them in .dep-v0; without Rust's standard library",
        None => "unknown: the bootstrap has no list of them",
    };
    let libc = program.glibc.map_or("none: linked statically".to_owned(), |glibc| format!("glibc {glibc}"));
    without_nulls(json!({
        "type": "application",
        "bom-ref": BOOTSTRAP,
        "name": "nozzle-lambda",
        "version": program.version(),
        "hashes": [{ "alg": "SHA-256", "content": sha256(&bootstrap.bytes) }],
        "properties": [{ "name": "nozzle:crates", "value": known }, { "name": "nozzle:libc", "value": libc }],
    }))
}

/// A crate has a package URL where it is that of crates.io.
fn crate_component(one: &Crate) -> Value {
    let url = || format!("pkg:cargo/{}@{}", one.name, one.version.replace('+', "%2B"));
    without_nulls(json!({
        "type": "library",
        "bom-ref": crate_ref(one),
        "name": one.name,
        "version": one.version,
        "purl": (one.source == "crates.io").then(url),
    }))
}

fn plugin_component(plugin: &PackedPlugin) -> Value {
    json!({
        "type": "application",
        "bom-ref": plugin_ref(plugin),
        "name": plugin.name,
        "version": plugin.version,
        "hashes": [{ "alg": "SHA-256", "content": plugin.wasm_sha256 }],
        "properties": [{ "name": "nozzle:native-sha256", "value": plugin.sha256 }],
    })
}

fn without_nulls(mut object: Value) -> Value {
    if let Some(members) = object.as_object_mut() {
        members.retain(|_, value| !value.is_null());
    }
    object
}

/// The crates that are parts of the program.
pub(super) fn linked(crates: &[Crate]) -> impl Iterator<Item = &Crate> {
    crates.iter().filter(|one| one.kind == Kind::Runtime)
}

fn dependencies_of(one: &Crate, crates: &[Crate]) -> Value {
    let found = one.dependencies.iter().filter_map(|at| crates.get(*at));
    let on: Vec<String> = found.filter(|found| found.kind == Kind::Runtime).map(crate_ref).collect();
    without_nulls(json!({ "ref": crate_ref(one), "dependsOn": (!on.is_empty()).then_some(on) }))
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

/// How far the dependencies of some parts are known: what is not is said to be unknown, and not to be nothing.
fn compositions(program: &Program, plugins: &[PackedPlugin]) -> Value {
    let bootstrap = if program.crates.is_some() { "incomplete" } else { "unknown" };
    json!([
        { "aggregate": bootstrap, "dependencies": [BOOTSTRAP] },
        { "aggregate": "unknown", "dependencies": plugins.iter().map(plugin_ref).collect::<Vec<_>>() },
    ])
}

#[cfg(test)]
mod tests {
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
        serde_json::from_slice(&sbom("sales", &bootstrap, &[plugin])).unwrap()
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
