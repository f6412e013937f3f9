"""CloudFormation templates as the checks read them."""

import copy
import logging
import re
from pathlib import Path

import boto3
from samtranslator.parser.parser import Parser
from samtranslator.translator.translator import Translator
from samtranslator.yaml_helper import yaml_parse

# It warns of what its own service would set.
logging.getLogger("samtranslator").addHandler(logging.NullHandler())

REPOSITORY = Path(__file__).resolve().parents[2]
SAM = REPOSITORY / "runtime/deploy/sam"


def load(folder):
    """The templates of a folder, by name."""
    return {path.name: yaml_parse(path.read_text()) for path in sorted(Path(folder).glob("*.yaml"))}


def resources(template, kind):
    """The resources of one type, by logical name."""
    return {name: each for name, each in template["Resources"].items() if each["Type"] == kind}


def walk(value, path=()):
    """Every value below this one, itself included, with its path."""
    yield path, value
    members = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, member in members:
        yield from walk(member, (*path, key))


def text(value):
    """A string, or the one that `Fn::Sub` fills in; None where it is neither."""
    if isinstance(value, dict) and set(value) == {"Fn::Sub"}:
        value = value["Fn::Sub"]
    return value if isinstance(value, str) else None


def defaults(template):
    """The parameters that have a default, with it."""
    parameters = template.get("Parameters", {})
    return {name: each["Default"] for name, each in parameters.items() if "Default" in each}


def resolve(value, parameters):
    """A value with `Ref` and `Fn::Sub` of these parameters filled in; other intrinsics stay."""
    if isinstance(value, list):
        return [resolve(member, parameters) for member in value]
    if not isinstance(value, dict):
        return value
    if set(value) == {"Ref"} and value["Ref"] in parameters:
        return parameters[value["Ref"]]
    if set(value) == {"Fn::Sub"} and isinstance(value["Fn::Sub"], str):
        return re.sub(r"\$\{(\w+)}", lambda found: str(parameters.get(found[1], found[0])), value["Fn::Sub"])
    return {key: resolve(member, parameters) for key, member in value.items()}


def translated(template, parameters):
    """What SAM makes of a template with these parameters."""
    session = boto3.Session(region_name="eu-west-1")
    return Translator({}, Parser(), boto_session=session).translate(copy.deepcopy(template), defaults(template) | parameters)
