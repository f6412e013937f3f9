//! The zip that `nozzle package` makes.

use std::fs;
use std::io::{Cursor, Read as _, Write as _};
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use nozzle_plugins::READY;
use nozzle_runtime::Target;
use nozzle_runtime::artefact::sha256;
use nozzle_tests::bootstrap::Bootstrap;
use nozzle_tests::python::python;
use nozzle_tests::runtime_api::{Answer, RuntimeApi};
use nozzle_tests::{built, root};
use serde_json::Value;

use crate::{event, nozzle, stderr};

const PIPELINE: &str = r#"version = 1

[[plugin]]
use = "enrich-region"
settings = { table = "regions", on = "country", copy = ["Region"], prefix = "${PREFIX:-r_}" }

[[table]]
name = "regions"
path = "data/regions.csv"
key = "Country"
"#;

fn pipeline(folder: &Path, config: &str) -> String {
    fs::create_dir_all(folder.join("data")).unwrap();
    fs::write(folder.join("data/regions.csv"), "Country,Region\nFrance,Europe\n").unwrap();
    fs::write(folder.join("nozzle.toml"), config).unwrap();
    folder.join("nozzle.toml").to_str().unwrap().to_owned()
}

fn package(config: &str, zip: &Path) -> std::process::Output {
    let bootstrap = built::bootstrap().to_str().unwrap();
    nozzle(&["package", "--config", config, "--bootstrap", bootstrap, "--out", zip.to_str().unwrap()], b"")
}

#[test]
fn the_zip_alone_answers_and_is_the_same_each_time() {
    let folder = tempfile::tempdir().unwrap();
    let config = pipeline(&folder.path().join("sales"), PIPELINE);
    let (first, second) = (folder.path().join("first.zip"), folder.path().join("second.zip"));
    let packaged = package(&config, &first);
    assert!(packaged.status.success(), "{}", stderr(&packaged));
    assert!(stderr(&packaged).contains("aws lambda create-alias --function-name sales --name live"));
    package(&config, &second);
    let bytes = fs::read(&first).unwrap();
    assert!(bytes == fs::read(&second).unwrap(), "the same input gives the same bytes");

    let unpacked = folder.path().join("task");
    zip::ZipArchive::new(Cursor::new(bytes)).unwrap().extract(&unpacked).unwrap();
    let api = RuntimeApi::start();
    let bootstrap = Bootstrap::start(&api, &unpacked.join("nozzle.toml"));
    let batch = event(&[r#"{"country":"France"}"#]);
    let invoked = nozzle(&["invoke", "--config", &config, "-"], &batch);
    assert_eq!(api.invoke(&batch, Duration::from_secs(60)), Answer::Response(invoked.stdout));
    let sum = sha256(&fs::read(built::bootstrap()).unwrap());
    let told = format!(r#""bootstrap":"{}""#, &sum[..12]);
    let log = bootstrap.end();
    assert!(log.contains(&told), "{log}");
}

#[test]
fn what_cannot_be_packed_is_refused_with_the_way_out() {
    let folder = tempfile::tempdir().unwrap();
    let zip = folder.path().join("function.zip");
    pipeline(folder.path(), PIPELINE);
    let config = pipeline(&folder.path().join("inner"), &PIPELINE.replace("data/", "../data/"));
    let outside = stderr(&package(&config, &zip));
    assert!(outside.contains("is outside the folder of nozzle.toml"), "{outside}");
    assert!(outside.contains("hint: move it into that folder"), "{outside}");
    let config = pipeline(folder.path(), PIPELINE);
    let no_program = nozzle(&["package", "--config", &config, "--bootstrap", &config], b"");
    assert!(stderr(&no_program).contains("is no Linux program"), "{}", stderr(&no_program));
    let other = if Target::here() == Target::X86_64 { "arm64" } else { "x86_64" };
    let bootstrap = built::bootstrap().to_str().unwrap();
    let mixed = nozzle(&["package", "--config", &config, "--arch", other, "--bootstrap", bootstrap], b"");
    assert!(stderr(&mixed).contains(&format!("is not for {other}\n  hint:")), "{}", stderr(&mixed));
}

#[test]
fn a_lock_tells_what_a_package_is_made_of_and_holds_to_it() {
    let folder = tempfile::tempdir().unwrap();
    fs::copy(built::echo(), folder.path().join("own.wasm")).unwrap();
    let plugins = "version = 1\n[[plugin]]\npath = \"own.wasm\"\n[[plugin]]\nuse = \"clean\"\n";
    let config = folder.path().join("nozzle.toml");
    fs::write(&config, plugins).unwrap();
    let bootstrap = built::bootstrap().to_str().unwrap();
    let zip = folder.path().join("f.zip");
    let arguments = ["package", "--config", config.to_str().unwrap(), "--bootstrap", bootstrap, "--out"];
    let package = |more: &[&str]| {
        let packaged = nozzle(&[&arguments[..], &[zip.to_str().unwrap()], more].concat(), b"");
        (packaged.status.success(), stderr(&packaged))
    };
    let (packaged, told) = package(&["--locked"]);
    assert!(!packaged && told.contains("there is no nozzle.lock") && !zip.exists(), "{told}");
    let (packaged, told) = package(&[]);
    assert!(packaged && told.contains("nozzle.lock: commit it"), "{told}");
    let lock = fs::read_to_string(folder.path().join("nozzle.lock")).unwrap();
    let own = sha256(&fs::read(built::echo()).unwrap());
    let version = env!("CARGO_PKG_VERSION");
    let begins = format!(
        "# Written by `nozzle package`; commit it. `nozzle package --locked` refuses what differs from it.\n\
         version = 1\nnozzle = \"{version}\"\n\n\
         [[plugin]]\nname = \"echo\"\nversion = \"{version}\"\nfrom = \"own.wasm\"\nsha256 = \"{own}\"\n\n\
         [[plugin]]\nname = \"clean\"\nversion = \"{version}\"\nfrom = \"clean\"\nsha256 = \""
    );
    assert!(lock.starts_with(&begins), "{lock}");
    let (packaged, told) = package(&["--locked"]);
    assert!(packaged && !told.contains("nozzle.lock"), "{told}");

    let older = lock.replace(version, "0.0.9").replace(&own, &"0".repeat(64));
    fs::write(folder.path().join("nozzle.lock"), &older).unwrap();
    fs::write(&config, plugins.replace("\"clean\"", "\"filter\"")).unwrap();
    let changes = [
        format!("nozzle 0.0.9 -> {version}"),
        format!("echo 0.0.9 -> {version}"),
        format!("filter {version} is new"),
        "clean 0.0.9 is gone".to_owned(),
    ];
    let (packaged, refused) = package(&["--locked"]);
    assert!(!packaged && fs::read_to_string(folder.path().join("nozzle.lock")).unwrap() == older);
    let (packaged, told) = package(&[]);
    assert!(packaged, "{told}");
    for change in changes {
        assert!(
            refused.contains(&change) && told.contains(&format!("nozzle.lock: {change}")),
            "{refused}{told}"
        );
    }
}

/// A file of a zip.
fn file_of(zip: &[u8], name: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut zip = zip::ZipArchive::new(Cursor::new(zip)).unwrap();
    zip.by_name(name).unwrap().read_to_end(&mut bytes).unwrap();
    bytes
}

#[test]
fn what_is_told_of_a_package_is_so() {
    let folder = tempfile::tempdir().unwrap();
    let zip = folder.path().join("function.zip");
    let config = pipeline(&folder.path().join("sales"), PIPELINE);
    let bootstrap = built::bootstrap().to_str().unwrap();
    let out = ["--bootstrap", bootstrap, "--out", zip.to_str().unwrap(), "--json"];
    let told = nozzle(&[&["package", "--config", &config][..], &out].concat(), b"");
    let told: Value = serde_json::from_slice(&told.stdout).expect("the report is JSON");
    let bytes = fs::read(&zip).unwrap();
    assert_eq!(told["bytes"], bytes.len());
    assert_eq!(told["sha256"], sha256(&bytes));
    assert_eq!(told["bootstrap"]["sha256"], sha256(&fs::read(bootstrap).unwrap()));
    assert_eq!(told["parts"]["tables"]["files"], 1);
    assert_eq!(told["parts"]["bootstrap"]["bytes"], fs::metadata(bootstrap).unwrap().len());
    let plugin = READY.plugins.iter().find(|plugin| plugin.name == "enrich-region").unwrap();
    assert_eq!(told["plugins"][0]["wasmSha256"], sha256(plugin.wasm));
    assert_eq!(told["plugins"][0]["name"], "enrich-region");
    let manifest: Value = serde_json::from_slice(&file_of(&bytes, "artefacts/manifest.json")).unwrap();
    assert_eq!(manifest["bootstrap_sha256"], told["bootstrap"]["sha256"]);
    assert_eq!(manifest["artefacts"][0]["version"], told["plugins"][0]["version"]);
    assert_eq!(manifest["artefacts"][0]["wasm_sha256"], told["plugins"][0]["wasmSha256"]);
    let cold_start = told["coldStartUs"].as_u64().expect("it was started here");
    let (needs, size) = (&told["bootstrap"]["glibc"], bytes.len());
    // Past the harness: figures are for people. Those of a release are printed by `make test-dist`.
    let _ = writeln!(
        std::io::stderr(),
        "a zip of debug builds: {size} bytes, glibc {needs}, cold start {cold_start} us"
    );
}

#[test]
fn the_list_of_parts_is_cyclonedx() {
    let folder = tempfile::tempdir().unwrap();
    let (zip, list) = (folder.path().join("function.zip"), folder.path().join("sbom.cdx.json"));
    let config = pipeline(&folder.path().join("sales"), PIPELINE);
    assert!(package(&config, &zip).status.success());
    fs::write(&list, file_of(&fs::read(zip).unwrap(), "sbom.cdx.json")).unwrap();
    let sbom: Value = serde_json::from_slice(&fs::read(&list).unwrap()).unwrap();
    assert_eq!(sbom["metadata"]["component"]["name"], "sales");
    let names: Vec<&Value> = sbom["components"].as_array().unwrap().iter().map(|one| &one["name"]).collect();
    assert!(
        names.contains(&&"nozzle-lambda".into()) && names.contains(&&"enrich-region".into()),
        "{names:?}"
    );
    let Some(python) = python() else { return };
    let ran = Command::new(python).arg(root().join("tests/sbom.py")).arg(&list).output().unwrap();
    assert!(ran.status.success(), "{}", stderr(&ran));
}

#[test]
fn without_a_bootstrap_it_says_where_it_looked() {
    let folder = tempfile::tempdir().unwrap();
    let config = pipeline(&folder.path().join("sales"), PIPELINE);
    let bin = folder.path().join("bin");
    fs::create_dir(&bin).unwrap();
    fs::hard_link(built::nozzle(), bin.join("nozzle"))
        .or_else(|_| fs::copy(built::nozzle(), bin.join("nozzle")).map(drop))
        .unwrap();
    let alone = |arch: &str| {
        let mut nozzle = Command::new(bin.join("nozzle"));
        nozzle.args(["package", "--config", &config, "--arch", arch]).output().unwrap()
    };
    let missing = stderr(&alone("arm64"));
    assert!(missing.contains("there is no bootstrap for arm64\n  looked for `"), "{missing}");
    assert!(
        missing.contains("/lib/nozzle/bootstrap-arm64`\n") && missing.contains("hint: `make install ARCH="),
        "{missing}"
    );
    let library = folder.path().join("lib/nozzle");
    fs::create_dir_all(&library).unwrap();
    let here = Target::here().architecture();
    fs::copy(built::bootstrap(), library.join(format!("bootstrap-{here}"))).unwrap();
    let found = alone(here);
    assert!(found.status.success(), "{}", stderr(&found));
}
