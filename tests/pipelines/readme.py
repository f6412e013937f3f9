"""Executes the commands of pipelines' READMEs as a reader would: `readme.py [NAME...]`, all without a name.

The commands are the lines with `$ ` of the ```console blocks; they run one behind the other in one shell,
in a copy of the pipeline's folder, with nozzle and this Python on PATH. What stands below a command is what
it must print; `...` stands for anything. Ends with 1 where a command fails, or prints something else.
Blocks of other kinds, such as ```sh, need an AWS account.
"""

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path.insert(0, str(HERE))

from stage.binary import nozzle  # noqa: E402
from stage.deploy import unfit  # noqa: E402
from stage.dev import CREDENTIALS  # noqa: E402
from stage.trial import UNCOPIED, be_patient  # noqa: E402

BLOCK = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)
DONE = "command-done-"
SECONDS = 600


@dataclass
class Command:
    """A command of a README, and what it must print."""

    text: str
    output: list = field(default_factory=list)

    def expects(self):
        """The expected output as a pattern; None where nothing is shown."""
        if not self.output:
            return None
        parts = "\n".join(self.output).strip().split("...")
        return re.compile(".*".join(map(re.escape, parts)), re.DOTALL)


def commands(readme):
    """The commands of a README, in their order. A line that ends with a backslash goes on."""
    found = []
    for block in BLOCK.findall(readme):
        for line in block.splitlines():
            if line.startswith("$ "):
                found.append(Command(line[2:]))
            elif found[-1].text.endswith("\\") and not found[-1].output:
                found[-1].text += "\n" + line
            else:
                found[-1].output.append(line)
    return found


def copied(parent):
    """A copy of what the commands see: all pipelines and the ready tables, as the repository has them."""
    folder = Path(parent) / "tests/pipelines"
    shutil.copytree(HERE, folder, ignore=UNCOPIED)
    shutil.copytree(ROOT / "plugins/tables", Path(parent) / "plugins/tables")
    be_patient(folder)
    return folder


def environment(parent):
    """PATH with nozzle and this Python, and the credentials of a local Firehose."""
    tools = Path(parent) / "bin"
    tools.mkdir()
    (tools / "nozzle").symlink_to(nozzle().resolve())
    (tools / "python").write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')
    (tools / "python").chmod(0o755)
    path = f"{tools}{os.pathsep}{os.environ['PATH']}"
    return {**os.environ, **CREDENTIALS, "PATH": path, "NOZZLE": str(nozzle().resolve())}


def script(found):
    """One shell script of all commands: each ends with a line that tells its exit code."""
    return "".join(f"{command.text}\nended=$?; echo; echo {DONE}$ended\n" for command in found)


def play(found, folder, env):
    """The output of each command and its exit code. What it leaves running is ended."""
    shell = subprocess.Popen(
        ["bash", "-c", script(found)], cwd=folder, env=env, text=True, start_new_session=True,
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )
    try:
        output, _ = shell.communicate(timeout=SECONDS)
    finally:
        end(shell)
    return re.findall(rf"(.*?)\n?{DONE}(\d+)\n", output, re.DOTALL)


def end(shell):
    """Ends the shell and its children."""
    try:
        os.killpg(shell.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass


def judged(name):
    """Runs a README, and looks at the deploy.toml that it names; what is wrong, a text each."""
    if (HERE / name / "deploy.toml").is_file():
        yield from unfit(HERE / name)
    found = commands((HERE / name / "README.md").read_text())
    with tempfile.TemporaryDirectory(prefix="nozzle-") as parent:
        played = play(found, copied(parent) / name, environment(parent))
    if len(played) != len(found):
        yield f"{len(played)} of {len(found)} commands came to their end"
    for command, (output, code) in zip(found, played):
        pattern = command.expects()
        if code != "0":
            yield f"$ {command.text}\nended with {code}:\n{output.strip()}"
        elif pattern and not pattern.fullmatch(output.strip()):
            said = "\n".join(command.output)
            yield f"$ {command.text}\nprinted:\n{output.strip()}\nthe README says:\n{said}"
    print(f"{name}: {len(found)} commands")


def names():
    """All pipelines that have a README."""
    return sorted(path.parent.name for path in HERE.glob("*/README.md"))


def main(chosen):
    wrong = [f"{name}: {text}" for name in chosen or names() for text in judged(name)]
    print("\n\n".join(wrong))
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
