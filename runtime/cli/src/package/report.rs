//! What a package is made of, for people and for machines.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use nozzle_runtime::Target;
use nozzle_runtime::artefact::sha256;
use serde::Serialize;

use super::archive::{Part, Size, Zip};
use super::bootstrap::{AMAZON_LINUX, Bootstrap};
use super::cold_start::ColdStart;
use super::plugins::PackedPlugin;
use super::sbom;
use crate::show;

/// What Lambda takes with the call itself; a larger zip comes from S3. Its "50 MB".
pub(super) const DIRECT_UPLOAD: usize = 50 << 20;

/// A package.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Report<'a> {
    /// The zip's path.
    pub(super) zip: &'a Path,
    /// `x86_64` or `arm64`.
    pub(super) architecture: &'static str,
    /// The least that its plugins need, as the manifest says it.
    pub(super) target: String,
    /// The zip's size.
    pub(super) bytes: usize,
    /// SHA-256 of the zip, in hexadecimal.
    pub(super) sha256: String,
    /// The size of its files.
    pub(super) unpacked_bytes: u64,
    /// What its parts take.
    pub(super) parts: BTreeMap<Part, Size>,
    /// The bootstrap.
    pub(super) bootstrap: PackedBootstrap,
    /// The plugins, in the order of the pipeline.
    pub(super) plugins: &'a [PackedPlugin],
    /// How many cases the self-test runs.
    pub(super) cases: usize,
    /// How long a start took here, in microseconds; null where it was not tried.
    pub(super) cold_start_us: Option<u64>,
    #[serde(skip)]
    pub(super) cold_start: &'a ColdStart,
}

/// The bootstrap of a package.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PackedBootstrap {
    /// The version of Nozzle; null where the bootstrap does not tell.
    version: Option<String>,
    /// SHA-256, in hexadecimal.
    sha256: String,
    /// The glibc that it needs; null for none.
    glibc: Option<String>,
    /// Whether it carries symbols.
    symbols: bool,
    /// How many crates it is made of; null where it has no list of them.
    crates: Option<usize>,
}

impl PackedBootstrap {
    fn of(bootstrap: &Bootstrap) -> Self {
        let program = &bootstrap.program;
        Self {
            version: program.version().map(str::to_owned),
            sha256: sha256(&bootstrap.bytes),
            glibc: program.glibc.map(|glibc| glibc.to_string()),
            symbols: program.has_symbols,
            crates: program.crates.as_ref().map(|crates| sbom::linked(crates).count()),
        }
    }
}

impl<'a> Report<'a> {
    pub(crate) fn of(
        out: &'a Path,
        target: Target,
        zip: &Zip,
        bootstrap: &Bootstrap,
        plugins: &'a [PackedPlugin],
        cases: usize,
        cold_start: &'a ColdStart,
    ) -> Self {
        Self {
            zip: out,
            architecture: target.architecture(),
            target: target.to_string(),
            bytes: zip.bytes.len(),
            sha256: sha256(&zip.bytes),
            unpacked_bytes: zip.sizes.values().map(|size| size.bytes).sum(),
            parts: zip.sizes.clone(),
            bootstrap: PackedBootstrap::of(bootstrap),
            plugins,
            cases,
            cold_start_us: cold_start.time().map(|time| time.as_micros() as u64),
            cold_start,
        }
    }

    /// On standard error for people.
    pub(crate) fn show(&self) {
        anstream::eprint!("{}", self.text());
        if self.bootstrap.symbols {
            show::note("the bootstrap carries symbols, which make it larger; `make dist` builds it without");
        }
        if self.bytes > DIRECT_UPLOAD {
            show::note("the zip is larger than Lambda takes by --zip-file (50 MB): put it into S3 first");
        }
    }

    fn text(&self) -> String {
        let Self { target, bytes, unpacked_bytes, .. } = self;
        let mut text = format!("{}, {} unpacked, for {target}\n", size(*bytes as u64), size(*unpacked_bytes));
        for (part, Size { files, bytes, zipped_bytes }) in &self.parts {
            let (part, files) = (part.name(), show::plural(*files, "file"));
            let (bytes, zipped) = (size(*bytes), size(*zipped_bytes));
            let _ = writeln!(text, "  {part:<10} {files:>8}  {bytes:>9}, {zipped:>9} zipped");
        }
        let _ = writeln!(text, "  {}", self.bootstrap.text());
        for PackedPlugin { name, version, wasm_sha256, .. } in self.plugins {
            let _ = writeln!(text, "  plugin {name} {version}, sha256 {}", &wasm_sha256[..12]);
        }
        let cases = match self.cases {
            0 => "no case: there is none that an event can carry".to_owned(),
            cases => show::plural(cases as u64, "case"),
        };
        let _ = writeln!(text, "  the self-test runs {cases}");
        let _ = writeln!(text, "  {}", self.cold_start.text());
        text
    }
}

impl PackedBootstrap {
    fn text(&self) -> String {
        let version = self.version.as_deref().unwrap_or("of unknown version");
        let needs = match &self.glibc {
            Some(glibc) => format!("needs glibc {glibc} (Amazon Linux 2023 has {AMAZON_LINUX})"),
            None => "is linked statically".to_owned(),
        };
        let crates = self.crates.map_or("an unknown number of".to_owned(), |crates| crates.to_string());
        format!("bootstrap {version}, sha256 {}, {needs}, {crates} crates", &self.sha256[..12])
    }
}

/// In the units of Lambda's limits, 2^20 bytes.
fn size(bytes: u64) -> String {
    match bytes {
        0..1024 => format!("{bytes} B"),
        1024..0x10_0000 => format!("{:.1} KiB", bytes as f64 / 1024.0),
        _ => show::mebibytes(bytes),
    }
}
