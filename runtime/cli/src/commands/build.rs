//! `nozzle build`: a plugin's sources to a component.

use std::path::PathBuf;
use std::process::ExitCode;

use crate::{build, show};

/// Build a plugin to a component; prints the path of the `.wasm`.
///
/// The folder tells the language: Cargo.toml is Rust, package.json JavaScript, pyproject.toml Python, plugin.c C. The
/// component imports the contract alone, and is checked to be a plugin of it.
#[derive(clap::Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct Args {
    /// The folder of the plugin's sources
    #[arg(value_name = "DIR", default_value = ".")]
    dir: PathBuf,
    /// Where the component goes [default: DIR/target/nozzle/NAME.wasm]
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

const AFTER_HELP: &str = "\
What builds it:
  Rust          cargo, with the target wasm32-unknown-unknown
  JavaScript    componentize-js, of the project's node_modules or on PATH; the module is `main` of package.json
  Python        componentize-py, of the project's .venv or on PATH; the module is app.py, packages are those of .venv
  C             zig (the wheel ziglang), of the project's .venv or on PATH; every *.c of the folder, with nozzle.h and json.h";

pub(super) fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let component = build::build(&args.dir, args.out.as_deref())?;
    show::line(component.display())?;
    Ok(ExitCode::SUCCESS)
}
