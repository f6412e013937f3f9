"""The packaged function under AWS's own Runtime Interface Emulator (RIE): `make test-emulators`.

The zip of `nozzle package` is unpacked into an empty folder and started there as Lambda starts it. Each event of
the orders pipeline must be answered with the bytes of `nozzle invoke`. Nothing leaves the machine but the download
of the emulator, once, by pip; where that is not possible the test is skipped, loudly.
"""

import argparse
import contextlib
import http.client
import json
import os
import pathlib
import platform
import shlex
import signal
import socket
import subprocess
import sys
import tempfile
import time
import zipfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
TARGET = ROOT / os.environ.get("CARGO_TARGET_DIR", "target")
PIPELINE = ROOT / "tests/pipelines/orders-cdc"
# The event that makes a function test itself.
SELF_TEST = b'{"nozzle":"check"}'

# The wheel of the SAM CLI carries the emulator; there is no package of it alone.
SAM_CLI = "aws-sam-cli==1.170.0"
EMULATORS = {"x86_64": "aws-lambda-rie-x86_64", "aarch64": "aws-lambda-rie-arm64"}

# In seconds. Only a build from nothing takes more than a few.
DOWNLOAD, BUILD, COMMAND, START, INVOCATION, STOP = 180, 1800, 120, 10, 30, 5


class Skipped(Exception):
    """The emulator cannot be had on this machine."""


class Failed(Exception):
    """Something does not do what it should; the message shows it."""


def main():
    return check(__doc__, "the Runtime Interface Emulator", get_emulator, running)


def check(about, emulator_name, get_emulator, running):
    """Packages the pipeline and runs it under an emulator; gives the exit code."""
    parser = argparse.ArgumentParser(description=about.splitlines()[0])
    parser.add_argument("--nozzle", type=pathlib.Path, help="this `nozzle` and not one built here")
    parser.add_argument("--bootstrap", type=pathlib.Path, help="this `bootstrap` and not one built here")
    arguments = parser.parse_args()
    # So that what was started is also ended when this is.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    checks = Checks()
    try:
        emulator = get_emulator()
        nozzle = path_of(arguments.nozzle) or build("nozzle", "nozzle")
        bootstrap = path_of(arguments.bootstrap) or build("nozzle-lambda", "bootstrap")
        with tempfile.TemporaryDirectory(prefix="nozzle-emulated-") as scratch:
            scratch = pathlib.Path(scratch).resolve()
            function = package(nozzle, bootstrap, scratch)
            with running(emulator, function, scratch / "log") as port:
                check_function(checks, port, nozzle, function)
                if checks.failed:
                    print(f"the end of the emulator's log:\n{tail(scratch / 'log')}")
    except Skipped as reason:
        print(f"!!! SKIPPED: the function under {emulator_name} ({reason})")
        return 0
    except Failed as failure:
        checks.fail("the function is packaged and started", failure)
    print(f"{checks.passed} passed, {checks.failed} failed")
    return 1 if checks.failed else 0


def package(nozzle, bootstrap, scratch):
    """The pipeline as Lambda unpacks it, into an empty folder."""
    archive, function = scratch / "function.zip", scratch / "task"
    config = PIPELINE / "nozzle.toml"
    run([nozzle, "package", "--config", config, "--bootstrap", bootstrap, "--out", archive], COMMAND)
    unpack(archive, function)
    return function


def check_function(checks, port, nozzle, function):
    with checks.one("Lambda's user may read the files and run the bootstrap"):
        check_modes(function)
    events = sorted(PIPELINE.glob("cases/*/event.json"))
    if not events:
        raise Failed(f"there are no events in `{PIPELINE}/cases`")
    for event in events:
        with checks.one(f"case {event.parent.name} is answered as by `nozzle invoke`"):
            check_case(port, nozzle, event)
    with checks.one("the self-test runs the packed cases"):
        check_report(invoke(port, SELF_TEST)[1], len(events))
    before = runtimes(function)
    with checks.one("an event that is none is an error of this invocation"):
        check_error(port, b'{"hello":"world"}', "invocation.bad-event")
    with checks.one("the batch after it is answered"):
        check_case(port, nozzle, events[0])
    with checks.one("by the same process"):
        if len(before) != 1 or runtimes(function) != before:
            raise Failed(f"the bootstrap's processes were {before} and are {runtimes(function)}")


# Checks


class Checks:
    """Counts what holds, and shows what does not."""

    def __init__(self):
        self.passed = self.failed = 0

    @contextlib.contextmanager
    def one(self, title):
        try:
            yield
        except (Failed, OSError, http.client.HTTPException) as failure:
            self.fail(title, failure)
        else:
            self.passed += 1
            print(f"ok      {title}", flush=True)

    def fail(self, title, failure):
        self.failed += 1
        print(f"FAILED  {title}\n{str(failure) or repr(failure)}", flush=True)


def check_modes(function):
    """Lambda runs the function as a user who does not own its files."""
    for path in [function / "bootstrap", *function.rglob("*")]:
        if not path.exists():
            raise Failed(f"the zip has no `{path.name}`")
        needed = 0o005 if path.is_dir() or path == function / "bootstrap" else 0o004
        mode = path.stat().st_mode & 0o777
        if mode & needed != needed:
            raise Failed(f"`{path.relative_to(function)}` has the mode {mode:o}")


def check_case(port, nozzle, event):
    expected = run([nozzle, "invoke", "--config", PIPELINE / "nozzle.toml", event], COMMAND)
    status, answer = invoke(port, event.read_bytes())
    if (status, answer) != (200, expected):
        raise Failed(f"status {status}; {difference(expected, answer)}")


def check_error(port, event, error_type):
    _, answer = invoke(port, event)
    try:
        found = json.loads(answer)["errorType"]
    except (ValueError, LookupError, TypeError):
        found = None
    if found != error_type:
        raise Failed(f"expected the error `{error_type}`, not {answer[:1000]!r}")


def check_report(answer, cases):
    """Whether an answer to `SELF_TEST` says that all is well, of so many cases."""
    try:
        report = json.loads(answer)
        is_well = report["ok"] is True and len(report["cases"]) == cases
    except (ValueError, LookupError, TypeError):
        is_well = False
    if not is_well:
        raise Failed(f"expected a report of {cases} cases, not {answer[:1000]!r}")


def difference(expected, answer):
    """Where two byte strings part, with what surrounds it in each."""
    at = len(os.path.commonprefix([expected, answer]))
    around = slice(max(at - 100, 0), at + 200)
    return (
        f"{len(expected)} bytes expected, {len(answer)} answered, different from byte {at}:\n"
        f"  - {expected[around]!r}\n  + {answer[around]!r}"
    )


# The function under the emulator


@contextlib.contextmanager
def running(emulator, function, log):
    """Starts the emulator in the function's folder; gives the port for invocations."""
    port, runtime_api = free_ports(2)
    command = [emulator, "--runtime-interface-emulator-address", f"127.0.0.1:{port}"]
    command += ["--runtime-api-address", f"127.0.0.1:{runtime_api}", "./bootstrap"]
    # The emulator adds the address of its Runtime API. The timeout is its own: when it ends an invocation.
    timeout = {"AWS_LAMBDA_FUNCTION_TIMEOUT": str(INVOCATION - 5)}
    with open(log, "wb") as output:
        process = subprocess.Popen(
            command,
            cwd=function,
            env=environment(function) | timeout,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        wait_for(process, port, log)
        yield port
    finally:
        stop(process, function)


def environment(function):
    """What Lambda sets, and nothing of this machine."""
    return {
        "AWS_LAMBDA_FUNCTION_NAME": "function",
        "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "512",
        "AWS_LAMBDA_LOG_FORMAT": "JSON",
        "LAMBDA_TASK_ROOT": str(function),
    }


def wait_for(process, port, log):
    end = time.monotonic() + START
    while time.monotonic() < end:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            # Another program may have taken the port; then the emulator ends.
            time.sleep(0.1)
            if process.poll() is None:
                return
        if process.poll() is not None:
            raise Failed(f"the emulator ended with status {process.returncode}:\n{tail(log)}")
        time.sleep(0.05)
    raise Failed(f"the emulator does not listen after {START} s:\n{tail(log)}")


def stop(process, function):
    """Ends the emulator, which ends the bootstrap; and the bootstrap if it did not."""
    process.terminate()
    try:
        process.wait(STOP)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait(STOP)
    for runtime in runtimes(function):
        with contextlib.suppress(ProcessLookupError):
            os.kill(runtime, signal.SIGKILL)


def runtimes(function):
    """The processes that run this very bootstrap."""
    found = []
    for folder in pathlib.Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if os.readlink(folder / "exe") == str(function / "bootstrap"):
                found.append(int(folder.name))
    return sorted(found)


def invoke(port, event):
    """The status and body of one invocation."""
    # Not urllib, which would ask a proxy of the environment.
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=INVOCATION)
    with contextlib.closing(connection):
        connection.request("POST", "/2015-03-31/functions/function/invocations", event)
        response = connection.getresponse()
        return response.status, response.read()


def free_ports(count):
    with contextlib.ExitStack() as held:
        sockets = [held.enter_context(socket.socket()) for _ in range(count)]
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in sockets]


def tail(log):
    return "\n".join(line[:300] for line in log.read_text(errors="replace").splitlines()[-20:])


# What is needed first


def get_emulator():
    name = EMULATORS.get(platform.machine())
    if platform.system() != "Linux" or name is None:
        raise Skipped(f"it does not exist for {platform.system()} on {platform.machine()}")
    return from_wheel(SAM_CLI, f"samcli/local/rapid/{name}")


def from_wheel(requirement, member):
    """A program, from target/emulators or out of a wheel of PyPI."""
    program = TARGET / "emulators" / requirement.replace("==", "-") / pathlib.PurePath(member).name
    if program.exists():
        return program
    program.parent.mkdir(parents=True, exist_ok=True)
    # Beside its place, so that it can be moved there whole.
    with tempfile.TemporaryDirectory(dir=program.parent) as folder:
        # One file is taken and no Python is run, so that the wheel may ask for any Python.
        pip = [sys.executable, "-m", "pip", "download", "--no-deps", "--only-binary", ":all:"]
        pip += ["--ignore-requires-python", "--timeout", "20", "--retries", "1", "--dest", folder, requirement]
        try:
            run(pip, DOWNLOAD)
            (wheel,) = pathlib.Path(folder).glob("*.whl")
            with zipfile.ZipFile(wheel) as archive:
                binary = archive.read(member)
        except (Failed, ValueError, KeyError, zipfile.BadZipFile) as failure:
            print(failure)
            raise Skipped(f"`{requirement}` cannot be downloaded, see above") from failure
        whole = pathlib.Path(folder, program.name)
        whole.write_bytes(binary)
        whole.chmod(0o755)
        whole.rename(program)
    return program


def build(package, binary):
    """Each binary is built alone: no feature of the CLI, the compiler above all, gets into the bootstrap."""
    run(["cargo", "build", "--package", package], BUILD, stdout=None, stderr=None)
    return TARGET / "debug" / binary


def unpack(package, folder):
    """As `unzip` does; zipfile alone forgets the modes."""
    try:
        with zipfile.ZipFile(package) as archive:
            for entry in archive.infolist():
                path = archive.extract(entry, folder)
                os.chmod(path, entry.external_attr >> 16 & 0o777)
    except (OSError, zipfile.BadZipFile) as error:
        raise Failed(f"the zip cannot be unpacked: {error}") from error


def path_of(argument):
    return argument and argument.resolve()


def run(command, seconds, stdout=subprocess.PIPE, stderr=subprocess.PIPE):
    """What the command prints, if it ends well and in time."""
    name = shlex.join(map(str, command))
    try:
        # In a group of its own, so that what it starts is ended with it.
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=stdout,
            stderr=stderr,
            start_new_session=True,
        )
    except OSError as error:
        raise Failed(f"`{name}` cannot be started: {error}") from error
    try:
        output, problems = process.communicate(timeout=seconds)
    except subprocess.TimeoutExpired as error:
        raise Failed(f"`{name}` takes over {seconds} s") from error
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
    if process.returncode != 0:
        text = (problems or b"").decode(errors="replace").strip()
        raise Failed(f"`{name}` ended with status {process.returncode}\n{text}".strip())
    return output


if __name__ == "__main__":
    sys.exit(main())
