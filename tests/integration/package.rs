//! The zip that `nozzle package` makes.

use std::fs;
use std::io::Cursor;
use std::path::Path;
use std::time::Duration;

use nozzle_runtime::Target;
use nozzle_tests::bootstrap::Bootstrap;
use nozzle_tests::built;
use nozzle_tests::runtime_api::{Answer, RuntimeApi};

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
    let _bootstrap = Bootstrap::start(&api, &unpacked.join("nozzle.toml"));
    let batch = event(&[r#"{"country":"France"}"#]);
    let invoked = nozzle(&["invoke", "--config", &config, "-"], &batch);
    assert_eq!(api.invoke(&batch, Duration::from_secs(60)), Answer::Response(invoked.stdout));
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
    let mixed = nozzle(&["package", "--config", &config, "--target", other, "--bootstrap", bootstrap], b"");
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
    let own = nozzle_runtime::artefact::sha256(&fs::read(built::echo()).unwrap());
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
