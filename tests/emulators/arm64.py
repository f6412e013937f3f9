"""Artefacts for CPUs that this machine has not, under QEMU's user emulation: `make test-arm64`.

A pipeline is packed by `nozzle package --arch arm64`, which finds the bootstrap that is built here for arm64, and answers on a
Neoverse N1, the oldest of Lambda's, with the bytes of `nozzle invoke`. The artefacts for x86_64 answer on a Nehalem, which is
x86-64-v2 and no more. What is of another architecture, or needs a newer CPU, is refused in one line. Where QEMU, the cross linker
or the Rust target is absent, the test is skipped, loudly.
"""

import contextlib
import http.server
import os
import pathlib
import platform
import queue
import shutil
import subprocess
import sys
import tempfile
import threading
import time

from rie import BUILD, COMMAND, PIPELINE, SELF_TEST, TARGET, Checks, Failed, Skipped
from rie import build, check_report, difference, run, unpack

TRIPLE = "aarch64-unknown-linux-gnu"
LINKER = "aarch64-linux-gnu-gcc"
LIBRARIES = pathlib.Path("/usr/aarch64-linux-gnu")
PACKAGES = "apt-get install qemu-user-static gcc-aarch64-linux-gnu libc6-dev-arm64-cross"

# wasmtime's own words.
NEWER_CPU = ("compilation setting", "is enabled, but not available on the host")

# In seconds. An emulated CPU is tens of times slower than a real one.
ANSWER = 120


def main():
    checks = Checks()
    try:
        arm64 = Emulator("aarch64", LIBRARIES)
        bootstraps = {"arm64": build_for_arm64()}
        if platform.machine() == "x86_64":
            bootstraps["x86_64"] = build("nozzle-lambda", "bootstrap")
        with tempfile.TemporaryDirectory(prefix="nozzle-arm64-") as scratch:
            scratch = pathlib.Path(scratch).resolve()
            nozzle = install(build("nozzle", "nozzle"), bootstraps, scratch)
            check_arm64(checks, arm64, nozzle, scratch)
            if "x86_64" in bootstraps:
                check_x86_64(checks, arm64, nozzle, scratch)
    except Skipped as reason:
        print(f"!!! SKIPPED: artefacts for other CPUs ({reason})")
        return 0
    except Failed as failure:
        checks.fail("the function is packaged and started", failure)
    print(f"{checks.passed} passed, {checks.failed} failed")
    return 1 if checks.failed else 0


def check_arm64(checks, emulator, nozzle, scratch):
    function = package(nozzle, "arm64", scratch / "arm64")
    with checks.one("arm64: all cases are answered on a Neoverse N1 as by `nozzle invoke`"):
        check_cases(emulator.command("neoverse-n1", function / "bootstrap"), nozzle, function)
    with checks.one("arm64: a CPU without atomic instructions is refused in one line"):
        command = emulator.command("cortex-a72", function / "bootstrap")
        check_refusal(command, function, "linux-arm64 neoverse-n1, does not load", *NEWER_CPU)


def check_x86_64(checks, arm64, nozzle, scratch):
    emulator = Emulator("x86_64", pathlib.Path("/"))
    function = package(nozzle, "x86_64", scratch / "x86_64")
    with checks.one("x86_64: all cases are answered on a Nehalem as by `nozzle invoke`"):
        check_cases(emulator.command("Nehalem", function / "bootstrap"), nozzle, function)
    with checks.one("x86_64: a CPU below x86-64-v2 is refused in one line"):
        command = emulator.command("core2duo", function / "bootstrap")
        check_refusal(command, function, "linux-x86_64 x86-64-v2, does not load", *NEWER_CPU)
    with checks.one("x86_64: the bootstrap refuses artefacts for arm64 in one line"):
        check_refusal([function / "bootstrap"], scratch / "arm64", "is made for linux-arm64 neoverse-n1")
    with checks.one("arm64: the bootstrap refuses artefacts for x86_64 in one line"):
        command = arm64.command("neoverse-n1", scratch / "arm64/bootstrap")
        check_refusal(command, function, "is made for linux-x86_64 x86-64-v2", "this machine is linux-arm64")


# Checks


def check_cases(command, nozzle, function):
    events = sorted(PIPELINE.glob("cases/*/event.json"))
    if not events:
        raise Failed(f"there are no events in `{PIPELINE}/cases`")
    with running(command, function) as invoke:
        for event in events:
            expected = run([nozzle, "invoke", "--config", PIPELINE / "nozzle.toml", event], COMMAND)
            answer = invoke(event.read_bytes())
            if answer != expected:
                raise Failed(f"case {event.parent.name}: {difference(expected, answer)}")
        # What this machine packed must come out of another architecture byte for byte.
        check_report(invoke(SELF_TEST), len(events))


def check_refusal(command, function, *expected):
    result = subprocess.run(
        command, env=environment("127.0.0.1:1", function), stdout=subprocess.PIPE, timeout=ANSWER, check=False
    )
    log = result.stdout.decode()
    if result.returncode != 1 or len(log.splitlines()) != 1 or not all(text in log for text in expected):
        raise Failed(f"expected one line with {expected} and status 1, not status {result.returncode} and\n{log}")


# The function under an emulator


class Emulator:
    """QEMU's user emulation of one architecture."""

    def __init__(self, architecture, libraries):
        names = [f"qemu-{architecture}-static", f"qemu-{architecture}"]
        self.program = next(filter(None, map(shutil.which, names)), None)
        self.libraries = libraries
        if self.program is None:
            raise Skipped(f"no {names[1]} here; hint: {PACKAGES}")

    def command(self, cpu, program):
        return [self.program, "-cpu", cpu, "-L", self.libraries, program]


def environment(runtime_api, function):
    return {
        "AWS_LAMBDA_RUNTIME_API": runtime_api,
        "AWS_LAMBDA_FUNCTION_NAME": "nozzle",
        "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "512",
        "AWS_LAMBDA_LOG_FORMAT": "JSON",
        "LAMBDA_TASK_ROOT": str(function),
    }


@contextlib.contextmanager
def running(command, function):
    """Starts the function on a Runtime API of its own; gives what hands it an event and waits for the answer."""
    api = RuntimeApi()
    threading.Thread(target=api.serve_forever, daemon=True).start()
    with open(function / "log", "wb") as log:
        process = subprocess.Popen(command, env=environment(f"127.0.0.1:{api.server_port}", function), stdout=log)

    def invoke(event):
        api.events.put(event)
        end = time.monotonic() + ANSWER
        while time.monotonic() < end and process.poll() is None:
            with contextlib.suppress(queue.Empty):
                return api.answers.get(timeout=0.2)
        raise Failed(f"no answer; the log:\n{(function / 'log').read_text(errors='replace')}")

    try:
        yield invoke
    finally:
        process.kill()
        process.wait()
        api.shutdown()
        api.server_close()


class RuntimeApi(http.server.ThreadingHTTPServer):
    """As much of the Lambda Runtime API as one function needs."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.events, self.answers = queue.Queue(), queue.Queue()

    def handle_error(self, *_):
        pass  # A function that is ended while it polls resets its connection.


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        event = self.server.events.get()
        self.send_response(200)
        self.send_header("Lambda-Runtime-Aws-Request-Id", "00000000-0000-4000-8000-000000000001")
        self.send_header("Lambda-Runtime-Deadline-Ms", str(int((time.time() + ANSWER) * 1000)))
        self.reply(event)

    def do_POST(self):
        answer = self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(202)
        self.reply(b"")
        self.server.answers.put(answer)

    def reply(self, body):
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


# What is needed first


def build_for_arm64():
    if not (shutil.which(LINKER) and LIBRARIES.exists()):
        raise Skipped(f"no {LINKER} here; hint: {PACKAGES}")
    sysroot = pathlib.Path(run(["rustc", "--print", "sysroot"], COMMAND).decode().strip())
    if not (sysroot / "lib/rustlib" / TRIPLE).exists():
        raise Skipped(f"no Rust for {TRIPLE} here; hint: rustup target add {TRIPLE}")
    os.environ["CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_LINKER"] = LINKER
    run(["cargo", "build", "--package", "nozzle-lambda", "--target", TRIPLE], BUILD, stdout=None, stderr=None)
    return TARGET / TRIPLE / "debug/bootstrap"


def install(nozzle, bootstraps, prefix):
    """Puts the programs where `make install` and the wheel do."""
    for folder in ["bin", "lib/nozzle"]:
        (prefix / folder).mkdir(parents=True)
    for architecture, bootstrap in bootstraps.items():
        shutil.copy(bootstrap, prefix / f"lib/nozzle/bootstrap-{architecture}")
    return shutil.copy(nozzle, prefix / "bin/nozzle")


def package(nozzle, architecture, function):
    archive = function.with_suffix(".zip")
    config = PIPELINE / "nozzle.toml"
    run([nozzle, "package", "--config", config, "--arch", architecture, "--out", archive], COMMAND)
    unpack(archive, function)
    return function


if __name__ == "__main__":
    sys.exit(main())
