//! `nozzle package`: one Lambda zip of a pipeline.

use std::fs;
use std::io::Write as _;
use std::path::{Component, Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context as _, bail};
use nozzle_plugins::READY;
use nozzle_runtime::config::TableSource;
use nozzle_runtime::{Config, Origin, Target, Transform, artefact, write_whole};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

use super::{CompileFor, ConfigFile};
use crate::show;

/// Put a pipeline into one Lambda zip.
///
/// Checks that the pipeline starts, compiles its plugins ahead of time, and packs them with the bootstrap, nozzle.toml, its
/// schema and the reference tables: those in S3 as they are now, for a start at which S3 does not answer, but none below /opt,
/// where a Lambda has its layers. The same input gives the same bytes. Variables of nozzle.toml are filled in by the Lambda: their
/// values are not packed.
#[derive(clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    config: ConfigFile,
    #[command(flatten)]
    compile_for: CompileFor,
    /// The zip [default: the pipeline's folder name, beside nozzle.toml]
    #[arg(long, value_name = "FILE.zip")]
    out: Option<PathBuf>,
    /// The bootstrap [default: the one beside this program]
    #[arg(long, value_name = "FILE")]
    bootstrap: Option<PathBuf>,
}

/// The names under which a bootstrap may stand beside this program: in a target folder, and installed.
const BOOTSTRAPS: [&str; 2] = ["bootstrap", "nozzle-bootstrap"];
/// The names of the one that reads tables from S3.
const BOOTSTRAPS_WITH_S3: [&str; 2] = ["bootstrap-s3", "nozzle-bootstrap-s3"];
/// Where Lambda puts the files of its layers.
const LAYERS: &str = "/opt";

pub(super) fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let config = Config::load(&args.config.config)?;
    let target = args.compile_for.target();
    let bootstrap = bootstrap(args.bootstrap.as_deref(), &config, target)?;
    let transform = Transform::load(&config, Origin::CachedWasm(READY))?;
    show::said(&transform);
    let (artefacts, manifest) = artefact::compile(&config, READY, target)?;
    let mut files =
        vec![("bootstrap".to_owned(), bootstrap), ("nozzle.toml".to_owned(), config.file.clone())];
    let compiled = manifest.artefacts.iter().map(|artefact| artefact.file.as_str());
    let copies = manifest.tables.iter().map(|copy| copy.file.as_str());
    for file in compiled.chain(copies).chain([artefact::MANIFEST]) {
        files.push((format!("{}/{file}", artefact::FOLDER), artefacts.join(file)));
    }
    if let Some(schema) = &config.schema {
        files.push((name_in_zip(&config, &schema.path)?, schema.path.clone()));
    }
    for table in &config.tables {
        match &table.source {
            TableSource::File(path) if !path.starts_with(LAYERS) => {
                files.push((name_in_zip(&config, path)?, path.clone()));
            }
            TableSource::File(_) | TableSource::S3(_) | TableSource::Ready(_) => {}
        }
    }
    files.sort();
    files.dedup();
    let name = args.config.pipeline_name()?;
    let out = args.out.clone().unwrap_or_else(|| config.file.with_file_name(format!("{name}.zip")));
    let zip = pack(&files)?;
    write_whole(&out, &zip).with_context(|| format!("failed to write `{}`", out.display()))?;
    show::line(out.display())?;
    anstream::eprintln!("{} files, {} bytes, for {}", files.len(), zip.len(), manifest.target);
    anstream::eprintln!("{}", next_steps(&name, &out, target));
    Ok(ExitCode::SUCCESS)
}

fn bootstrap(given: Option<&Path>, config: &Config, target: Target) -> anyhow::Result<PathBuf> {
    let needs_s3 = config.tables.iter().any(|table| matches!(table.source, TableSource::S3(_)));
    let names = if needs_s3 { BOOTSTRAPS_WITH_S3 } else { BOOTSTRAPS };
    let this = std::env::current_exe().context("failed to find this program's own folder")?;
    let beside = || names.iter().map(|name| this.with_file_name(name)).find(|path| path.is_file());
    let Some(found) = given.map(Path::to_owned).or_else(beside) else {
        bail!(
            "there is no `{}` beside `{}`\n  hint: `make install` puts one there; or name one with --bootstrap",
            names[0],
            this.display()
        );
    };
    let bytes = fs::read(&found).with_context(|| format!("failed to read `{}`", found.display()))?;
    if !bytes.starts_with(b"\x7fELF") {
        bail!(
            "`{}` is no Linux program\n  hint: the bootstrap is what `cargo build -p nozzle-lambda` makes",
            found.display()
        );
    }
    if bytes.get(18..20) != Some(&elf_machine(target).to_le_bytes()) {
        bail!(
            "`{}` is not for {}\n  hint: name one with --bootstrap that `cargo build -p nozzle-lambda --target {}` makes",
            found.display(),
            target.architecture(),
            target.triple()
        );
    }
    Ok(found)
}

/// The `e_machine` in the header of a Linux program, by the ELF specification at offset 18.
fn elf_machine(target: Target) -> u16 {
    match target {
        Target::X86_64 => 62,
        Target::Arm64 => 183,
    }
}

/// A file's name in the zip: its path below nozzle.toml's folder, which is how the Lambda finds it.
fn name_in_zip(config: &Config, file: &Path) -> anyhow::Result<String> {
    let folder = config.file.parent().unwrap_or(Path::new(""));
    let inside = file.strip_prefix(folder).ok().filter(|path| {
        path.components().all(|component| matches!(component, Component::Normal(_) | Component::CurDir))
    });
    match inside {
        Some(path) => Ok(path
            .components()
            .filter_map(|component| match component {
                Component::Normal(name) => name.to_str(),
                _ => None,
            })
            .collect::<Vec<_>>()
            .join("/")),
        None => bail!(
            "`{}` is outside the folder of nozzle.toml, so it cannot be packed\n  hint: move it into that folder",
            file.display()
        ),
    }
}

/// Zips the files, in order and without times, so that the same files give the same bytes.
fn pack(files: &[(String, PathBuf)]) -> anyhow::Result<Vec<u8>> {
    let mut zip = ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, path) in files {
        let bytes = fs::read(path).with_context(|| format!("failed to read `{}`", path.display()))?;
        let mode = if name == "bootstrap" { 0o755 } else { 0o644 };
        let options = SimpleFileOptions::default()
            .compression_method(CompressionMethod::Deflated)
            .last_modified_time(DateTime::default())
            .unix_permissions(mode);
        zip.start_file(name, options)?;
        zip.write_all(&bytes)?;
    }
    Ok(zip.finish()?.into_inner())
}

/// The AWS CLI lines that put the zip behind an existing stream, by an alias that later versions move.
fn next_steps(name: &str, zip: &Path, target: Target) -> String {
    let architecture = target.architecture();
    let zip = zip.display();
    format!(
        r#"
Put it behind an existing stream (fill in what is in capitals):

  aws lambda create-function --function-name {name} --runtime provided.al2023 --handler bootstrap \
    --architectures {architecture} --timeout 60 --memory-size 512 --role ROLE_ARN \
    --zip-file fileb://{zip} --publish
  aws lambda create-alias --function-name {name} --name live --function-version 1
  aws firehose describe-delivery-stream --delivery-stream-name STREAM --output text \
    --query 'DeliveryStreamDescription.[VersionId,Destinations[0].DestinationId]'
  aws firehose update-destination --delivery-stream-name STREAM \
    --current-delivery-stream-version-id VERSION_ID --destination-id DESTINATION_ID \
    --extended-s3-destination-update '{{"ProcessingConfiguration":{{"Enabled":true,"Processors":[{{"Type":"Lambda",
      "Parameters":[{{"ParameterName":"LambdaArn","ParameterValue":"FUNCTION_ARN:live"}}]}}]}}}}'

The stream's role needs lambda:InvokeFunction and lambda:GetFunctionConfiguration on FUNCTION_ARN and FUNCTION_ARN:*.
A later version: aws lambda update-function-code --function-name {name} --zip-file fileb://{zip} --publish
and, with the version it prints: aws lambda update-alias --function-name {name} --name live --function-version N"#
    )
}
