"""What a pipeline's deploy.toml gives its templates, held against what they take."""

import re
import tomllib

TOP = re.compile(r"^(\w+):", re.MULTILINE)
PARAMETER = re.compile(r"^  (\w+):\n((?:    .*\n|\n)+)", re.MULTILINE)


def parameters(template):
    """The parameters of a template, and whether each has a default."""
    block = template.read_text().split("\nParameters:\n", 1)[1]
    block = block[: TOP.search(block).start()]
    return {name: "    Default:" in body for name, body in PARAMETER.findall(block)}


def unfit(folder):
    """What templates of a deploy.toml do not take, and what they are not given."""
    for name, environment in tomllib.loads((folder / "deploy.toml").read_text()).items():
        if name != "version":
            given = environment["deploy"]["parameters"]
            yield from misfits(name, folder / given["template_file"], given["parameter_overrides"])


def misfits(name, template, overrides):
    """The same of one environment."""
    taken, given = parameters(template), {override.split("=", 1)[0] for override in overrides}
    for parameter in sorted(given - taken.keys()):
        yield f"deploy.toml: {name}: {template.name} takes no {parameter}"
    required = {parameter for parameter, default in taken.items() if not default}
    for parameter in sorted(required - given):
        yield f"deploy.toml: {name}: {template.name} needs {parameter}"
