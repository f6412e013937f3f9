"""The nozzle that runs the pipelines."""

import os
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
BUILDS = ("target/release/nozzle", "target/debug/nozzle")


def nozzle():
    """The path of nozzle: $NOZZLE, or else what was built here, a release before a debug build."""
    named = [os.environ["NOZZLE"]] if os.environ.get("NOZZLE") else []
    for path in [Path(name) for name in named] + [ROOT / build for build in BUILDS]:
        if path.is_file():
            return path
    raise SystemExit("nozzle is not built here (hint: cargo build -p nozzle, or NOZZLE=PATH)")


def is_debug(path):
    """Whether times are not the product's: a debug build is some ten times the size of a release."""
    return path.parent.name == "debug" or path.stat().st_size > 100_000_000


def run(*arguments, cwd=None, env=None):
    """The standard output of a command of nozzle, as bytes; one that fails is an error with what it said."""
    command = [nozzle(), *map(str, arguments)]
    ran = subprocess.run(command, cwd=cwd, env=env and {**os.environ, **env}, capture_output=True)
    if ran.returncode:
        raise RuntimeError(f"nozzle {' '.join(command[1:])}: {ran.stderr.decode()}")
    return ran.stdout


def generate(*arguments):
    """The lines of `nozzle generate`, a record each, without their newlines."""
    return run("generate", *arguments).splitlines()
