"""Checks the SAM templates: by cfn-lint, by `sam validate --lint`, and by rules that neither knows.

    python check.py [--folder FOLDER] [lint] [sam] [rules]

All three where none is named. Prints what is wrong, a line each, and exits with 1 where something is.
"""

import argparse
import json
import os
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from templates import REPOSITORY, SAM, load, resources, text, translated, walk

REGION = "eu-west-1"
TOOLS = Path(sys.executable).parent

# What Firehose assumes of a Lambda processor, and leaves out of what it tells.
PROCESSOR_DEFAULTS = {"BufferSizeInMBs": 1, "BufferIntervalInSeconds": 60, "NumberOfRetries": 3}

# The actions that may be allowed on every resource, and why.
ON_EVERY_RESOURCE = {
    "ec2:CreateNetworkInterface": "Lambda takes no function into a VPC without it",
    "ec2:DescribeNetworkInterfaces": "Lambda takes no function into a VPC without it",
    "ec2:DescribeSubnets": "Lambda takes no function into a VPC without it",
    "ec2:DeleteNetworkInterface": "Lambda takes no function into a VPC without it",
    "ec2:AssignPrivateIpAddresses": "Lambda takes no function into a VPC without it",
    "ec2:UnassignPrivateIpAddresses": "Lambda takes no function into a VPC without it",
    "cloudwatch:DescribeAlarms": "IAM knows no resource of it",
}


def lint(folder):
    """What cfn-lint says of all templates."""
    files = [str(path) for path in sorted(Path(folder).glob("*.yaml"))]
    ran = run([TOOLS / "cfn-lint", "--regions", REGION, "--format", "parseable", "--", *files])
    yield from (line.removeprefix(f"{folder}/") for line in ran.stdout.splitlines() if line.strip())
    if ran.returncode and not ran.stdout.strip():
        yield f"cfn-lint failed: {ran.stderr.strip()}"


def sam(folder):
    """What `sam validate --lint` says of each template."""
    with ThreadPoolExecutor(2) as two:
        yield from filter(None, two.map(sam_validate, sorted(Path(folder).glob("*.yaml"))))


def sam_validate(path):
    ran = run([TOOLS / "sam", "validate", "--lint", "--region", REGION, "--template-file", path])
    if ran.returncode or "is a valid SAM Template" not in ran.stdout:
        return f"{path.name}: sam validate: {ran.stdout.strip()} {ran.stderr.strip()}"


def run(command):
    environment = os.environ | {"SAM_CLI_TELEMETRY": "0", "AWS_DEFAULT_REGION": REGION, "AWS_EC2_METADATA_DISABLED": "true"}
    return subprocess.run(command, capture_output=True, text=True, env=environment)


def rules(folder):
    """What breaks the rules of this project."""
    templates = load(folder)
    runbook, readme = ((REPOSITORY / "runtime/deploy" / name).read_text() for name in ("RUNBOOK.md", "README.md"))
    for name, template in templates.items():
        for rule in (nested, processors, prefixes, permissions, invocation, retention):
            yield from (f"{name}: {finding}" for finding in rule(template, templates))
    yield from runbook_sections(templates, runbook)
    yield from table_of_templates(templates, readme)
    yield from (f"function.yaml: {finding}" for finding in versions(templates["function.yaml"]))
    yield from columns(templates)


def nested(template, templates):
    """Parameters and outputs of nested templates are those that these have."""
    for name, each in resources(template, "AWS::Serverless::Application").items():
        location = each["Properties"]["Location"]
        if location not in templates:
            yield f"{name}: there is no template {location}"
            continue
        inner = templates[location]
        yield from (f"{name}: {finding}" for finding in given(each["Properties"].get("Parameters", {}), inner, location))
        yield from (f"{name}: {finding}" for finding in taken(name, template, inner, location))


def given(parameters, inner, location):
    known = inner.get("Parameters", {})
    for name, value in parameters.items():
        if name not in known:
            yield f"{location} has no parameter {name}"
        elif isinstance(value, str) and value not in known[name].get("AllowedValues", [value]):
            yield f"{location} takes no {name} {value}"
    for name, parameter in known.items():
        if "Default" not in parameter and name not in parameters:
            yield f"{location} needs the parameter {name}"


def taken(name, template, inner, location):
    for _, value in walk(template):
        named = []
        if isinstance(value, dict) and value.get("Fn::GetAtt", [None])[0] == name:
            named = [".".join(value["Fn::GetAtt"][1:])]
        elif isinstance(value, dict) and isinstance(value.get("Fn::Sub"), str):
            named = re.findall(r"\$\{%s\.([\w.]+)}" % name, value["Fn::Sub"])
        for attribute in named:
            if attribute.removeprefix("Outputs.") not in inner.get("Outputs", {}):
                yield f"{location} has no output {attribute}"


def destinations(template):
    """The destinations of the template's streams, with the stream's name."""
    for name, stream in resources(template, "AWS::KinesisFirehose::DeliveryStream").items():
        for kind, destination in stream["Properties"].items():
            if kind.endswith("DestinationConfiguration"):
                yield f"{name}.{kind}", destination


def processors(template, _):
    """The Lambda processor: switched on, an alias, and no parameter that has its default."""
    for name, destination in destinations(template):
        processing = destination["ProcessingConfiguration"]
        if processing.get("Enabled") is not True:
            yield f"{name}: Enabled has to be said, or the Lambda is never called"
        for processor in processing["Processors"]:
            yield from (f"{name}: {finding}" for finding in processor_parameters(processor["Parameters"], template))


def processor_parameters(listed, template):
    said = []
    for entry in listed:
        condition, _, _ = entry["Fn::If"] if "Fn::If" in entry else (None, None, None)
        parameter = entry["Fn::If"][1] if condition else entry
        name, value = parameter["ParameterName"], parameter["ParameterValue"]
        said.append(name)
        if name == "LambdaArn" and value != {"Fn::GetAtt": ["Function", "Outputs.AliasArn"]}:
            yield f"LambdaArn is not the alias of the function but {json.dumps(value)}"
        elif name in PROCESSOR_DEFAULTS and not left_out(template, condition, value, PROCESSOR_DEFAULTS[name]):
            yield f"{name} is given where it has its default, {PROCESSOR_DEFAULTS[name]}"
        elif name not in {"LambdaArn", *PROCESSOR_DEFAULTS}:
            yield f"{name} has no place here"
    if "LambdaArn" not in said:
        yield "LambdaArn is not said"
    if "BufferIntervalInSeconds" in said and "BufferSizeInMBs" not in said:
        yield "Firehose refuses BufferIntervalInSeconds without BufferSizeInMBs"


def left_out(template, condition, value, default):
    """Whether a processor parameter is left out where it has its default."""
    if not isinstance(value, dict):
        return float(value) != default
    return template["Conditions"].get(condition) == {"Fn::Not": [{"Fn::Equals": [value, default]}]}


def prefixes(template, _):
    """Rows, errors and backups apart, and a table's location over rows alone."""
    locations = list(table_locations(template))
    for name, destination in destinations(template):
        for path, value in walk(destination):
            key = path[-1] if path else None
            if key not in {"Prefix", "ErrorOutputPrefix"}:
                continue
            below = "errors/" if key == "ErrorOutputPrefix" else "backup/" if "S3BackupConfiguration" in path else "data/"
            if not value.startswith(below):
                yield f"{name}: {key} {value} is not below {below}"
            if key == "ErrorOutputPrefix" and "!{firehose:error-output-type}" not in value:
                yield f"{name}: {key} {value} does not tell failed records from undelivered rows"
            for location in locations:
                if below == "data/" and not value.startswith(location):
                    yield f"{name}: {key} {value} is outside of the table's location {location}"
                if below != "data/" and value.startswith(location):
                    yield f"{name}: {key} {value} is inside of the table's location {location}"
        said = {path[-1] for path, _ in walk(destination) if path}
        if "ErrorOutputPrefix" not in said:
            yield f"{name}: ErrorOutputPrefix is not said"


def table_locations(template):
    """The prefixes that the template's tables of Glue lie in."""
    for table in resources(template, "AWS::Glue::Table").values():
        location = text(table["Properties"]["TableInput"]["StorageDescriptor"]["Location"])
        yield re.sub(r"^s3://[^/]+/", "", location)


def permissions(template, _):
    """No wildcard in what is allowed, but what cannot be said otherwise."""
    for path, statement in walk(template):
        if not (isinstance(statement, dict) and statement.get("Effect") == "Allow" and "Resource" in statement):
            continue
        role = path[1]
        actions, targets = (value if isinstance(value, list) else [value] for value in (statement["Action"], statement["Resource"]))
        for action in actions:
            if "*" in action:
                yield f"{role}: allows {action}"
            if "*" in targets and action not in ON_EVERY_RESOURCE:
                yield f"{role}: allows {action} on every resource"


def invocation(template, _):
    """A stream's role may invoke the function by its ARN and by those of its versions and aliases."""
    if not list(destinations(template)):
        return
    function = {"Fn::GetAtt": ["Function", "Outputs.FunctionArn"]}
    wanted = [function, {"Fn::Sub": "${Function.Outputs.FunctionArn}:*"}]
    for _, statement in walk(template):
        if isinstance(statement, dict) and statement.get("Action") == ["lambda:InvokeFunction", "lambda:GetFunctionConfiguration"]:
            if statement["Resource"] == wanted:
                return
    yield "the stream's role may not invoke the function and its alias"


def retention(template, _):
    """What holds data outlives the stack."""
    for kind in ("AWS::S3::Bucket", "AWS::Kinesis::Stream"):
        for name, each in resources(template, kind).items():
            # A pipe's stream holds what the table's own stream has too.
            if "AWS::Pipes::Pipe" not in {other["Type"] for other in template["Resources"].values()}:
                if (each.get("DeletionPolicy"), each.get("UpdateReplacePolicy")) != ("Retain", "Retain"):
                    yield f"{name}: goes with its stack, and its data too"
    for name, bucket in resources(template, "AWS::S3::Bucket").items():
        for rule in bucket["Properties"]["LifecycleConfiguration"]["Rules"]:
            if "ExpirationInDays" in rule and rule.get("Prefix") not in {"errors/", "backup/"}:
                yield f"{name}: the rule {rule['Id']} lets rows expire"


def alarm_names(templates):
    """Each alarm's name without its stream's or function's, with its properties."""
    for template in templates.values():
        for alarm in resources(template, "AWS::CloudWatch::Alarm").values():
            name = text(alarm["Properties"]["AlarmName"])
            yield re.sub(r"^\$\{\w+}-", "", name), alarm["Properties"]


def runbook_sections(templates, runbook):
    """Every alarm has its section, every section its alarm, and who is called gets the link."""
    alarms = dict(alarm_names(templates))
    headings = re.findall(r"^### (.+)$", runbook, re.MULTILINE)
    for name, alarm in alarms.items():
        if name not in headings:
            yield f"RUNBOOK.md: there is no section {name}"
        if "AlarmActions" in alarm and not text(alarm["AlarmDescription"]).strip().endswith("${RunbookUrl}#" + name):
            yield f"alarms.yaml: {name} does not link its section"
    yield from (f"RUNBOOK.md: there is no alarm {name}" for name in headings if name not in alarms)


# What the README says that every example takes.
EVERY_EXAMPLE = {"StreamName", "CodeBucket", "CodeKey", "Email"}


def table_of_templates(templates, readme):
    """The README's table has each whole stream, with what it needs and nothing that it does not know."""
    rows = re.findall(r"^\|.*?\(sam/([\w-]+\.yaml)\).*?\|(.*?)\|", readme, re.MULTILINE)
    said = {name: set(re.findall(r"`(\w+)`", cell)) | EVERY_EXAMPLE for name, cell in rows}
    for name, template in templates.items():
        if not list(destinations(template)):
            continue
        known = template["Parameters"]
        needed = {parameter for parameter, each in known.items() if "Default" not in each}
        if name not in said:
            yield f"README.md: {name} is in no row of the table"
            continue
        yield from (f"README.md: {name} has no parameter {each}" for each in sorted(said[name] - set(known)))
        yield from (f"README.md: {name} needs {each}" for each in sorted(needed - said[name]))


def versions(template):
    """Another zip and another setting are another version, which is tested and watched before it gets traffic."""
    first, second = (made_of(template, zip) for zip in ("one.zip", "two.zip"))
    if version_of(first) == version_of(second):
        yield "another zip publishes no version"
    function = template["Resources"]["Function"]["Properties"]
    described = text(function["VersionDescription"]) or ""
    for name in ("MemorySize", "Timeout", "LogLevel", "Architecture"):
        if f"${{{name}}}" not in described:
            yield f"a changed {name} publishes no version"
    if not function.get("AutoPublishAliasAllProperties"):
        yield "a changed template publishes no version"
    shift = first["FunctionAliaslive"].get("UpdatePolicy", {}).get("CodeDeployLambdaAliasUpdate", {})
    if shift.get("BeforeAllowTrafficHook") != {"Ref": "SelfTest"}:
        yield "a version gets traffic without its self-test"
    watched = json.dumps(first["FunctionDeploymentGroup"]["Properties"].get("AlarmConfiguration", {}))
    for alarm in ("NewVersionErrors", "NewVersionFailedShare"):
        if f'"{alarm}"' not in watched:
            yield f"{alarm} rolls nothing back"


def made_of(template, zip):
    """The resources that SAM makes of the function's template with a zip."""
    given = {"FunctionName": "orders", "StreamName": "orders", "CodeBucket": "code", "CodeKey": zip}
    return translated(template, given)["Resources"]


def version_of(made):
    return next(name for name, each in made.items() if each["Type"] == "AWS::Lambda::Version")


def statements(script):
    """The statements of a file, each on one line and without comments."""
    code = "\n".join(line for line in script.read_text().splitlines() if not line.startswith("--"))
    lines = (" ".join(statement.split()).replace("( ", "(").replace(" )", ")") for statement in code.split(";"))
    return [line for line in lines if line]


def columns(templates):
    """The columns of the tables are those of the pipelines."""
    pipelines = REPOSITORY / "tests/pipelines"
    glue = json.loads((pipelines / "region-sales/schemas/glue.json").read_text())["StorageDescriptor"]
    table = templates["parquet.yaml"]["Resources"]["Table"]["Properties"]["TableInput"]["StorageDescriptor"]
    for key, value in glue.items():
        if key != "Location" and table[key] != value:
            yield f"parquet.yaml: {key} of the table differ from those of tests/pipelines/region-sales"
    warehouse = pipelines / "ecommerce/redshift"
    invoices = json.loads((warehouse / "invoices.schema.json").read_text())["columns"]
    stream = templates["redshift.yaml"]["Resources"]["Stream"]["Properties"]["RedshiftDestinationConfiguration"]
    if stream["CopyCommand"]["DataTableColumns"].split(", ") != [column["name"] for column in invoices]:
        yield "redshift.yaml: the columns differ from those of tests/pipelines/ecommerce/redshift"
    merge = templates["redshift.yaml"]["Resources"]["Merge"]["Properties"]["Target"]["Input"]
    if not all(json.dumps(statement) in str(merge) for statement in statements(warehouse / "merge.sql")):
        yield "redshift.yaml: the statements differ from those of tests/pipelines/ecommerce/redshift/merge.sql"
    answers = (REPOSITORY / "tests/fixtures/append-only/cases/changes/expected.jsonl").read_text()
    change = json.loads(answers.splitlines()[0])["rows"][0]
    table = templates["iceberg.yaml"]["Resources"]["Table"]["Properties"]["TableInput"]["StorageDescriptor"]
    if [column["Name"] for column in table["Columns"]] != list(change):
        yield "iceberg.yaml: the columns differ from those of tests/fixtures/append-only"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--folder", type=Path, default=SAM)
    parser.add_argument("checks", nargs="*", metavar="lint|sam|rules")
    arguments = parser.parse_args()
    checks = {"lint": lint, "sam": sam, "rules": rules}
    findings = [found for name in arguments.checks or checks for found in checks[name](arguments.folder)]
    print("\n".join(findings))
    sys.exit(1 if findings else 0)


if __name__ == "__main__":
    main()
