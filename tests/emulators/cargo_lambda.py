"""The packaged function under cargo-lambda's emulator: `make test-emulators`.

`cargo lambda watch --only-lambda-apis` is the Runtime API alone; the bootstrap of the unpacked zip is started beside it, and must
answer as under AWS's own emulator (rie.py). The download of the emulator, once, by pip, is all that leaves the machine; where that is
not possible the test is skipped, loudly.
"""

import contextlib
import platform
import subprocess
import sys

from rie import STOP, Skipped, check, environment, free_ports, from_wheel, stop, wait_for

CARGO_LAMBDA = "cargo-lambda==1.9.2"
IN_WHEEL = "cargo_lambda-1.9.2.data/scripts/cargo-lambda"

# It asks cargo for a package, though it builds none.
MANIFEST = '[package]\nname = "function"\nversion = "0.0.0"\nedition = "2024"\n\n[[bin]]\nname = "function"\npath = "none.rs"\n'


def main():
    return check(__doc__, "cargo-lambda's emulator", get_emulator, running)


@contextlib.contextmanager
def running(emulator, function, log):
    """Starts the emulator in a folder of its own and the function in its; gives the port for invocations."""
    folder = log.parent / "cargo"
    folder.mkdir()
    (folder / "Cargo.toml").write_text(MANIFEST)
    (port,) = free_ports(1)
    command = [emulator, "lambda", "watch", "--only-lambda-apis"]
    command += ["--invoke-address", "127.0.0.1", "--invoke-port", str(port)]
    with open(log, "wb") as output:
        api = subprocess.Popen(command, cwd=folder, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT)
        try:
            wait_for(api, port, log)
            address = {"AWS_LAMBDA_RUNTIME_API": f"http://127.0.0.1:{port}/.rt/function"}
            bootstrap = subprocess.Popen(
                [function / "bootstrap"], cwd=function, env=environment(function) | address, stdout=output
            )
            try:
                yield port
            finally:
                bootstrap.kill()
                bootstrap.wait(STOP)
        finally:
            stop(api, function)


def get_emulator():
    if platform.system() != "Linux":
        raise Skipped(f"the bootstrap does not run on {platform.system()}")
    return from_wheel(CARGO_LAMBDA, IN_WHEEL)


if __name__ == "__main__":
    sys.exit(main())
