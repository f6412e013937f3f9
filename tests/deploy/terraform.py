"""Applies the Terraform modules and examples to an AWS of one's own, and holds them to the SAM templates.

    terraform.py [NAME...]

Each example is applied; what it made is compared with what the SAM template of the same name would make; a plan
must show no changes then; and it is destroyed. NOZZLE_TERRAFORM_PLUGINS may name a folder that `terraform init
-plugin-dir` takes; without one that is found the provider comes from Terraform's registry. It ends with 1 where
anything failed.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
import zipfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from aws import ACCOUNT, REGION, Aws
from same import Template, alarm_of, destination_of, snake

ROOT = Path(__file__).resolve().parents[2]
SAM = ROOT / "runtime/deploy/sam"
TERRAFORM = ROOT / "runtime/deploy/terraform"
SALES = ROOT / "tests/pipelines/region-sales/schemas/glue.json"
ARN = f"arn:aws:{{}}:{REGION}:{ACCOUNT}:{{}}"
# Terraform and its provider take some 500 MB a run.
AT_A_TIME = 4

# What each example is given beside its stream's name, its zip and an e-mail address.
EXAMPLES = {
    "direct-put": {"backup": True},
    "kinesis": {"lambda_buffer_mib": 2},
    "dynamodb": {"table_stream_arn": ARN.format("dynamodb", "table/OrdersRawTable/stream/2026-01-01T00:00:00.000")},
    "partitioned": {"lambda_buffer_mib": 0.5},
    "parquet": {"glue_table": str(SALES), "table_bucket": "tables", "table_age_seconds": 7200},
    "iceberg": {},
    "redshift": {
        "workgroup_arn": ARN.format("redshift-serverless", "workgroup/sales"),
        "endpoint": f"sales.{ACCOUNT}.{REGION}.redshift-serverless.amazonaws.com",
        "database_name": "dev",
        "secret_arn": ARN.format("secretsmanager", "secret:sales"),
    },
}
# Parameters that one side has and the other does not, because it does without.
ONLY_SAM = {"code_bucket", "code_key", "deployment_preference"}
ONLY_TERRAFORM = {"zip", "tags", "environment", "canary", "live_version", "glue_table"}
# Statements that name every resource, because AWS knows no narrower one.
EVERY_RESOURCE = {"WatchTheAlarms", "Vpc", "VpcOfLambdaOnly"}


class Failed(Exception):
    """A command that ended otherwise than it should, or a difference."""


class Root:
    """A root module in a folder of its own."""

    def __init__(self, aws, init, folder, variables):
        self.aws, self.folder = aws, folder
        (folder / "provider.tf").write_text('provider "aws" {\n  s3_use_path_style = true\n}\n')
        self.set(**variables)
        self.run("init", "-input=false", *init)

    def set(self, **variables):
        """The values of variables from now on."""
        self.variables = getattr(self, "variables", {}) | variables
        (self.folder / "test.auto.tfvars.json").write_text(json.dumps(self.variables))

    def run(self, *arguments, ends=0):
        environment = self.aws.environment() | {"TF_IN_AUTOMATION": "1"}
        if not Path(environment.get("TF_CLI_CONFIG_FILE", "/")).exists():
            del environment["TF_CLI_CONFIG_FILE"]
        ended = subprocess.run(
            ["terraform", *arguments, *(["-no-color"] if arguments[0] != "fmt" else [])],
            cwd=self.folder,
            env=environment,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        if ended.returncode != ends:
            raise Failed(f"terraform {arguments[0]} ended with {ended.returncode}\n{ended.stdout[-3000:]}")
        return ended.stdout

    def plan(self):
        """The plan as Terraform tells it to machines."""
        self.run("plan", "-input=false", "-out=plan")
        return json.loads(self.run("show", "-json", "plan"))

    def apply(self, ends=0):
        return self.run("apply", "-input=false", "-auto-approve", ends=ends)

    def unchanged(self):
        self.run("plan", "-input=false", "-detailed-exitcode")

    def destroy(self):
        # What there is has been read by the plan before.
        self.run("destroy", "-input=false", "-auto-approve", "-refresh=false")


# What an example made.


def see(aws, name, plan):
    """What AWS has of an example, in the shapes in which it is compared."""
    firehose = aws.client("firehose").describe_delivery_stream(DeliveryStreamName=name)["DeliveryStreamDescription"]
    (destination,) = firehose["Destinations"]
    kinds = ("ExtendedS3", "Iceberg", "Redshift")
    (kind,) = (kind for kind in kinds if f"{kind}DestinationDescription" in destination)
    described = destination[f"{kind}DestinationDescription"]
    configuration = plan["configuration"]["root_module"]
    modules = configuration["module_calls"]
    return {
        "kind": kind,
        "destination": destination_of(described),
        "storage": storage_of(described),
        "statements": statements(aws, described["RoleARN"]),
        "trust": trust(aws, described["RoleARN"]),
        "pipe": pipe(aws, name, plan),
        "merge": merge(aws, name, plan),
        "alarms": alarms(aws, name),
        "function": aws.client("lambda").get_function(FunctionName=name, Qualifier="live")["Configuration"],
        "filters": filters(aws, f"/aws/lambda/{name}"),
        "bucket": bucket(aws, described),
        "table": table(aws, plan),
        "variables": {
            where: {one: declared.get("default") for one, declared in variables.items()}
            for where, variables in [
                ("example", configuration["variables"]),
                *((module, modules[module]["module"]["variables"]) for module in ("function", "storage", "alarms")),
            ]
        },
    }


def storage_of(described):
    """The part of a destination that is a bucket: itself, or what Iceberg and Redshift have beside them."""
    return destination_of(described.get("S3DestinationDescription", described))


def statements(aws, role):
    """The statements of a role's policies, by their names."""
    iam, name = aws.client("iam"), role.rsplit("/", 1)[1]
    found = {}
    for policy in iam.list_role_policies(RoleName=name)["PolicyNames"]:
        for statement in iam.get_role_policy(RoleName=name, PolicyName=policy)["PolicyDocument"]["Statement"]:
            found[statement["Sid"]] = {part: listed(statement[part]) for part in ("Action", "Resource")}
    return found


def trust(aws, role):
    document = aws.client("iam").get_role(RoleName=role.rsplit("/", 1)[1])["Role"]["AssumeRolePolicyDocument"]
    return document["Statement"][0]["Condition"]


def listed(value):
    return [value] if isinstance(value, str) else sorted(value)


def alarms(aws, name):
    described = aws.client("cloudwatch").describe_alarms(AlarmNamePrefix=f"{name}-")["MetricAlarms"]
    return {alarm["AlarmName"]: alarm_of(alarm) for alarm in described}


def filters(aws, group):
    described = aws.client("logs").describe_metric_filters(logGroupName=group)["metricFilters"]
    return [(one["filterPattern"], one["metricTransformations"]) for one in described]


def bucket(aws, described):
    s3 = aws.client("s3")
    name = described.get("S3DestinationDescription", described)["BucketARN"].rsplit(":", 1)[1]
    rules = s3.get_bucket_lifecycle_configuration(Bucket=name)["Rules"]
    return {
        "name": name,
        "public": s3.get_public_access_block(Bucket=name)["PublicAccessBlockConfiguration"],
        "policy": json.loads(s3.get_bucket_policy(Bucket=name)["Policy"])["Statement"],
        "expires": {rule["Filter"]["Prefix"]: rule["Expiration"]["Days"] for rule in rules if "Expiration" in rule},
        "encryption": s3.get_bucket_encryption(Bucket=name)["ServerSideEncryptionConfiguration"]["Rules"],
    }


def planned(plan, kind):
    """The values of the one resource of a type that an example itself makes, or None."""
    resources = plan["planned_values"]["root_module"]["resources"]
    return next((resource["values"] for resource in resources if resource["type"] == kind), None)


def table(aws, plan):
    """The Glue table, or None where there is none."""
    where = planned(plan, "aws_glue_catalog_table")
    return where and aws.client("glue").get_table(DatabaseName=where["database_name"], Name=where["name"])["Table"]


def pipe(aws, name, plan):
    """How a pipe reads and hands on, or None."""
    if not planned(plan, "aws_pipes_pipe"):
        return None
    described = aws.client("pipes").describe_pipe(Name=name)
    return {part: described[part] for part in ("Source", "SourceParameters", "TargetParameters")}


def merge(aws, name, plan):
    """When staged rows are merged and by which statements, or None."""
    if not planned(plan, "aws_scheduler_schedule"):
        return None
    schedule = aws.client("scheduler").get_schedule(Name=f"{name}-merge")
    return schedule["ScheduleExpression"], json.loads(schedule["Target"]["Input"])


# What is wrong with it.


def problems(name, seen, given):
    """What differs from the SAM template of the same name, and what no stream may be."""
    sam = sam_of(name, seen, given)
    for found in (
        parameter_problems(name, seen["variables"]),
        alarm_problems(seen["alarms"], sam),
        stream_problems(seen, sam),
        table_problems(seen, sam),
        function_problems(name, seen),
        source_problems(seen, sam),
        role_problems(name, seen, sam),
        bucket_problems(seen["bucket"]),
    ):
        yield from found


def sam_of(name, seen, given):
    """The SAM template with the parameters of the example, and what its resources would be called."""
    template = Template(SAM / f"{name}.yaml")
    names = {snake(parameter): parameter for parameter in template.body["Parameters"]}
    template.values |= {names[one]: as_sam(value) for one, value in given.items() if one in names}
    stream = template.values["StreamName"]
    template.attributes = {
        "Stream": stream,
        "Function.Outputs.AliasArn": ARN.format("lambda", f"function:{stream}:live"),
        "Storage.Outputs.BucketName": seen["bucket"]["name"],
        "Database": template.values.get("DatabaseName"),
        "Undelivered.Arn": ARN.format("sqs", f"{stream}-undelivered"),
    }
    if "Table" in template.body["Resources"]:
        template.attributes["Table"] = template.body["Resources"]["Table"]["Properties"]["TableInput"]["Name"]
    return template


def as_sam(value):
    """A value as SAM's parameters have it."""
    if isinstance(value, bool):
        return "Enabled" if value else "Disabled"
    return "" if value in (None, []) else value


def parameter_problems(name, variables):
    for where, declared in variables.items():
        file = f"{name}.yaml" if where == "example" else f"{where}.yaml"
        sam = Template(SAM / file).parameters()
        ours = {one: as_sam(value) for one, value in declared.items() if one not in ONLY_TERRAFORM}
        sam = {one: as_sam(value) for one, value in sam.items() if one not in ONLY_SAM}
        if ours != sam:
            yield f"parameters of {file}: {difference(ours, sam)}"


def alarm_problems(made, sam):
    nested = sam.properties("Alarms")["Parameters"]
    expected = Template(SAM / "alarms.yaml", nested).alarms()
    nested = sam.properties("Function")["Parameters"]
    expected |= Template(SAM / "function.yaml", nested, {"Function.Version.Version": "1"}).alarms()
    for alarm in sorted(made.keys() | expected.keys()):
        ours, theirs = made.get(alarm, {}), expected.get(alarm, {})
        if ours != theirs:
            yield f"alarm {alarm}: {difference(ours, theirs)}"


def stream_problems(seen, sam):
    stream = sam.properties("Stream")
    destination = stream[f"{seen['kind']}DestinationConfiguration"]
    expected = destination_of(destination)
    if seen["destination"] != expected:
        yield f"destination: {difference(seen['destination'], expected)}"
    expected = destination_of(destination.get("S3Configuration", destination))
    if seen["storage"] != expected:
        yield f"bucket of the destination: {difference(seen['storage'], expected)}"
    if not seen["storage"]["ErrorOutputPrefix"].startswith("errors/!{firehose:error-output-type}/"):
        yield "errors go elsewhere than below errors/"
    (processor,) = seen["destination"]["Processing"][1]
    alias = sam.attributes["Function.Outputs.AliasArn"]
    if processor[1]["LambdaArn"] != alias:
        yield f"the stream calls {processor[1]['LambdaArn']} and not {alias}"


def table_problems(seen, sam):
    expected = sam.properties("Table") if "Table" in sam.body["Resources"] else None
    if expected is None:
        return
    theirs, ours = expected["TableInput"]["StorageDescriptor"], seen["table"]["StorageDescriptor"]
    if ours["Location"] != theirs["Location"]:
        yield f"the table is at {ours['Location']} and not at {theirs['Location']}"
    if columns(ours) != columns(theirs):
        yield f"columns of the table: {difference(columns(ours), columns(theirs))}"
    below = ours["Location"].removeprefix(f"s3://{seen['bucket']['name']}/")
    for prefix in filter(None, [seen["storage"]["ErrorOutputPrefix"], "backup/"]):
        if prefix.startswith(below):
            yield f"{prefix} is in the table's location"


def columns(table):
    return {column["Name"]: (column["Type"], column.get("Comment", "")) for column in table["Columns"]}


def function_problems(name, seen):
    template = Template(SAM / "function.yaml", {"FunctionName": name})
    expected, made = template.properties("Function"), seen["function"]
    for part in ("Runtime", "Handler", "Architectures", "MemorySize", "Timeout"):
        if made[part] != expected[part]:
            yield f"{part} of the function: {made[part]} and not {expected[part]}"
    logging = expected["LoggingConfig"] | {"LogGroup": f"/aws/lambda/{name}"}
    if made["LoggingConfig"] != logging:
        yield f"logging of the function: {made['LoggingConfig']} and not {logging}"
    for kind in ("Traps", "DeadlineKills"):
        wanted = template.properties(kind)
        (transformation,) = wanted["MetricTransformations"]
        dimensions = {one["Key"]: one["Value"] for one in transformation["Dimensions"]}
        metric = {
            "metricName": kind,
            "metricNamespace": transformation["MetricNamespace"],
            "metricValue": transformation["MetricValue"],
            "dimensions": dimensions,
            "unit": transformation["Unit"],
        }
        if (wanted["FilterPattern"], [metric]) not in seen["filters"]:
            yield f"there is no metric filter for {kind}: {seen['filters']}"


def source_problems(seen, sam):
    expected = sam.properties("Pipe") if seen["pipe"] else {}
    for part in seen["pipe"] or {}:
        if seen["pipe"][part] != expected[part]:
            yield f"{part} of the pipe: {seen['pipe'][part]} and not {expected[part]}"
    if seen["merge"]:
        expected = sam.properties("Merge")
        theirs = expected["ScheduleExpression"], json.loads(expected["Target"]["Input"])
        if seen["merge"] != theirs:
            yield f"merge: {seen['merge']} and not {theirs}"


def role_problems(name, seen, sam):
    expected = sam.properties("StreamRole")
    if seen["trust"] != expected["AssumeRolePolicyDocument"]["Statement"][0]["Condition"]:
        yield f"the stream's role is assumed by {seen['trust']}"
    policies = [policy["PolicyDocument"]["Statement"] for policy in expected["Policies"]]
    theirs = {action for statements in policies for one in statements for action in listed(one["Action"])}
    ours = {action for statement in seen["statements"].values() for action in statement["Action"]}
    if ours != theirs:
        yield f"the stream's role may {ours - theirs} more and {theirs - ours} less"
    found = seen["statements"]
    function = ARN.format("lambda", f"function:{name}")
    expected = {
        "Action": ["lambda:GetFunctionConfiguration", "lambda:InvokeFunction"],
        "Resource": [function, f"{function}:*"],
    }
    if found["Transform"] != expected:
        yield f"the stream's role may {found['Transform']}, not {expected}"
    for sid, statement in found.items():
        if "*" in statement["Resource"] and sid not in EVERY_RESOURCE:
            yield f"statement {sid} names every resource"


def bucket_problems(made):
    if not all(made["public"].values()):
        yield f"the bucket may be public: {made['public']}"
    everyone = ("*", {"AWS": "*"})
    denied = [one["Condition"] for one in made["policy"] if one["Effect"] == "Deny" and one["Principal"] in everyone]
    if denied != [{"Bool": {"aws:SecureTransport": "false"}}]:
        yield f"the bucket is open without TLS: {made['policy']}"
    if made["expires"] != {"errors/": 90, "backup/": 30}:
        yield f"objects expire otherwise: {made['expires']}"
    if [rule["ApplyServerSideEncryptionByDefault"] for rule in made["encryption"]] != [{"SSEAlgorithm": "AES256"}]:
        yield f"the bucket's encryption: {made['encryption']}"


def difference(ours, theirs):
    """The members that differ, ours first."""
    names = sorted(ours.keys() | theirs.keys())
    return {name: (ours.get(name), theirs.get(name)) for name in names if ours.get(name) != theirs.get(name)}


# The runs.


def example(aws, init, work, name):
    """An example from nothing to nothing."""
    given = EXAMPLES[name] | {"stream_name": name, "email": "operators@example.com"}
    own = {"zip": str(work / "pipeline.zip")}
    if name == "iceberg":
        own["glue_table"] = orders(work)
    root = Root(aws, init, work / "examples" / name, given | own)
    plan = root.plan()
    root.run("apply", "-input=false", "plan")
    seen = see(aws, name, plan)
    found = list(problems(name, seen, given))
    found += [] if (name, "1") in aws.self_tests else ["there was no self-test"]
    if name == "direct-put":
        found += unnoticed(name, seen, given)
    if found:
        raise Failed("\n".join(found))
    root.unchanged()
    root.destroy()


def objects(aws, init, work):
    """The example without a stream, from nothing to nothing."""
    name = "objects"
    given = {"function_name": name, "source_bucket": "in", "target_bucket": "out", "source_prefix": "2026/"}
    given |= {"email": "operators@example.com", "objects_at_once": 3}
    root = Root(aws, init, work / "examples" / name, given | {"zip": str(work / "pipeline.zip")})
    plan = root.plan()
    root.run("apply", "-input=false", "plan")
    found = list(object_problems(aws, name, given, plan))
    if found:
        raise Failed("\n".join(found))
    root.unchanged()
    root.destroy()


def object_problems(aws, name, given, plan):
    """What differs from objects.yaml."""
    sam = Template(SAM / "objects.yaml")
    names = {snake(parameter): parameter for parameter in sam.body["Parameters"]}
    sam.values |= {names[one]: value for one, value in given.items()}
    machine = ARN.format("states", f"stateMachine:{name}-backfill")
    sam.attributes = {
        "Function.Outputs.AliasArn": ARN.format("lambda", f"function:{name}:live"),
        "Waiting.Arn": ARN.format("sqs", f"{name}-waiting"),
        "Undone.Arn": ARN.format("sqs", f"{name}-undone"),
        "Undone.QueueName": f"{name}-undone",
        "Backfill": machine,
        "Function.Outputs.RoleArn": "arn:aws:iam::123456789012:role/objects",
    }
    variables = plan["configuration"]["root_module"]["variables"]
    declared = {one: as_sam(each.get("default")) for one, each in variables.items() if one not in ONLY_TERRAFORM}
    parameters = {one: as_sam(each) for one, each in sam.parameters().items() if one not in ONLY_SAM}
    if declared != parameters:
        yield f"parameters: {difference(declared, parameters)}"

    made, expected = alarms(aws, name), sam.alarms()
    ours = {alarm: each for alarm, each in made.items() if not alarm.startswith(f"{name}-new-version")}
    if ours != expected:
        yield f"alarms: {difference(ours, expected)}"

    described = aws.client("stepfunctions").describe_state_machine(stateMachineArn=machine)
    backfill = sam.properties("Backfill")
    definition = backfill["DefinitionString"]
    for variable, value in backfill["DefinitionSubstitutions"].items():
        definition = definition.replace(f"${{{variable}}}", str(value))
    if json.loads(described["definition"]) != json.loads(definition):
        yield f"the state machine is {described['definition']}"
    yield from same_statements("the state machine", statements(aws, described["roleArn"]), sam.properties("BackfillRole")["Policies"])
    if trust(aws, described["roleArn"]) != sam.properties("BackfillRole")["AssumeRolePolicyDocument"]["Statement"][0]["Condition"]:
        yield "the state machine's role is assumed by others"

    function = aws.client("lambda").get_function(FunctionName=name, Qualifier="live")["Configuration"]
    role = {sid: one for sid, one in statements(aws, function["Role"]).items() if sid != "Log"}
    yield from same_statements("the function", role, [sam.properties("ObjectsPolicy")])
    nested = sam.properties("Function")["Parameters"]
    for part in ("MemorySize", "Timeout"):
        if function[part] != nested[part]:
            yield f"{part} of the function: {function[part]} and not {nested[part]}"
    yield from queue_problems(aws, name, sam)

    rule = aws.client("events").describe_rule(Name=f"{name}-objects")
    if json.loads(rule["EventPattern"]) != sam.properties("Created")["EventPattern"]:
        yield f"the rule is {rule['EventPattern']}"
    (target,) = aws.client("events").list_targets_by_rule(Rule=f"{name}-objects")["Targets"]
    if target["Arn"] != sam.attributes["Waiting.Arn"]:
        yield f"events go to {target['Arn']}"
    (mapping,) = aws.client("lambda").list_event_source_mappings(EventSourceArn=target["Arn"])["EventSourceMappings"]
    if (mapping["EventSourceArn"], mapping["BatchSize"]) != (target["Arn"], sam.properties("Receiving")["BatchSize"]):
        yield f"the function receives {mapping}"
    (failed,) = (one for one in filters(aws, f"/aws/lambda/{name}") if "object done" in one[0])
    wanted = sam.properties("FailedRecords")
    if failed[0] != wanted["FilterPattern"] or failed[1][0]["metricName"] != wanted["MetricTransformations"][0]["MetricName"]:
        yield f"the metric filter is {failed}"


def same_statements(who, made, policies):
    """The statements of a role are those of SAM's policies."""
    documents = (policy["PolicyDocument"]["Statement"] for policy in policies)
    wanted = {one["Sid"]: {part: listed(one[part]) for part in ("Action", "Resource")} for each in documents for one in each}
    if made != wanted:
        yield f"{who} may {difference(made, wanted)}"


def queue_problems(aws, name, sam):
    sqs = aws.client("sqs")
    for queue in ("Waiting", "Undone"):
        url = sqs.get_queue_url(QueueName=f"{name}-{queue.lower()}")["QueueUrl"]
        made, wanted = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"], sam.properties(queue)
        for part in ("MessageRetentionPeriod", "VisibilityTimeout"):
            if part in wanted and int(made[part]) != wanted[part]:
                yield f"{part} of {queue}: {made[part]}"
        if json.loads(made.get("RedrivePolicy", "null")) != wanted.get("RedrivePolicy"):
            yield f"{queue} gives up otherwise: {made.get('RedrivePolicy')}"


def orders(work):
    """The table of SAM's example, as `nozzle schema convert --as glue` would write it."""
    made = Template(SAM / "iceberg.yaml").body["Resources"]["Table"]["Properties"]["TableInput"]
    path = work / "orders.json"
    path.write_text(json.dumps(made | {"StorageDescriptor": {"Columns": made["StorageDescriptor"]["Columns"]}}))
    return str(path)


def unnoticed(name, seen, given):
    """Mistakes that are made on purpose, and that the comparison does not find."""

    def broken(*path, value):
        copy = json.loads(json.dumps(seen))
        part = copy
        for step in path[:-1]:
            part = part[step]
        part[path[-1]] = value
        return copy

    function = ARN.format("lambda", f"function:{name}")
    # A processor's parameter that has its default is found by the plan that follows.
    mistakes = {
        "a threshold": broken("alarms", f"{name}-traps", "Threshold", value=2.0),
        "missing data": broken("alarms", f"{name}-silent", "TreatMissingData", value="notBreaching"),
        "an alarm that is not there": broken("alarms", value={}),
        "the function, not its alias": broken("destination", "Processing", 1, 0, 1, value={"LambdaArn": function}),
        "a parameter": broken("destination", "Processing", 1, 0, 1, "BufferSizeInMBs", value="3"),
        "errors among the rows": broken("storage", "ErrorOutputPrefix", value="data/errors/"),
        "a role for the function only": broken("statements", "Transform", "Resource", value=[function]),
        "a timeout of Lambda's": broken("function", "Timeout", value=3),
        "a default of a module": broken("variables", "function", "timeout", value=30),
    }
    return [f"{mistake} goes unnoticed" for mistake, copy in mistakes.items() if not list(problems(name, copy, given))]


FUNCTION = """
terraform {
  required_providers {
    aws = { source = "hashicorp/aws" }
  }
}

variable "zip" { type = string }
variable "role_arn" { type = string }
variable "live_version" { default = null }

resource "aws_kms_key" "this" {}
resource "aws_vpc" "this" { cidr_block = "10.0.0.0/16" }

resource "aws_subnet" "this" {
  vpc_id     = aws_vpc.this.id
  cidr_block = "10.0.1.0/24"
}

resource "aws_security_group" "this" { vpc_id = aws_vpc.this.id }

module "function" {
  source = "../../modules/function"

  function_name        = "alone"
  stream_name          = "alone"
  zip                  = var.zip
  live_version         = var.live_version
  kms_key_arn          = aws_kms_key.this.arn
  subnet_ids           = [aws_subnet.this.id]
  security_group_ids   = [aws_security_group.this.id]
  table_bucket         = "tables"
  reserved_concurrency = 10
  permissions_boundary = "arn:aws:iam::aws:policy/PowerUserAccess"
  environment          = { SALES_DELIMITER = ";" }
  tags                 = { team = "sales" }
}

module "given" {
  source = "../../modules/function"

  function_name = "given"
  zip           = var.zip
  architecture  = "x86_64"
  role_arn      = var.role_arn
  canary        = "AllAtOnce"
}
"""


def versions(aws, init, work):
    """The Lambda alone through its versions: a canary, a failed self-test, a canary taken back, a rollback by hand."""
    folder = work / "examples" / "alone"
    folder.mkdir()
    (folder / "main.tf").write_text(FUNCTION)

    def packed(content):
        zip_of(folder / f"{content}.zip", content)
        return str(folder / f"{content}.zip")

    def live(function="alone"):
        return aws.client("lambda").get_alias(FunctionName=function, Name="live")["FunctionVersion"]

    def expect(what, found, expected):
        if found != expected:
            raise Failed(f"{what}: {found} and not {expected}")

    trust = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "lambda.amazonaws.com"}}
    document = json.dumps({"Version": "2012-10-17", "Statement": [trust]})
    role = aws.client("iam").create_role(RoleName="given", AssumeRolePolicyDocument=document)["Role"]["Arn"]
    root = Root(aws, init, folder, {"zip": packed("first"), "role_arn": role})
    root.apply()
    root.unchanged()
    expect("deployments for a first version", aws.deployments, [])

    root.set(zip=packed("second"))
    root.apply()
    root.unchanged()
    expect("the live version after a canary", live(), "2")
    expect("the live version without one", live("given"), "2")
    moved = {"Name": "alone", "Alias": "live", "CurrentVersion": "1", "TargetVersion": "2"}
    expect("the deployment", aws.deployments, [moved])

    aws.self_test_fails.add("alone")
    root.set(zip=packed("third"))
    expect("what a failed self-test is told as", "check.failed" in root.apply(ends=1), True)
    expect("the live version after a failed self-test", live(), "2")
    expect("deployments of it", len(aws.deployments), 1)
    aws.self_test_fails.clear()

    aws.canary_fails.add("alone")
    expect("what a canary that is taken back is told as", "back at version 2" in root.apply(ends=1), True)
    expect("the live version after it", live(), "2")
    aws.canary_fails.clear()

    # The apply that is tried again brings the third version up; then back, without a canary.
    root.apply()
    expect("the live version of the second try", live(), "3")
    root.set(live_version="2")
    root.apply()
    root.unchanged()
    expect("the live version after a rollback", live(), "2")
    expect("deployments for it", len(aws.deployments), 3)
    expect("self-tests", ("alone", "3") in aws.self_tests, True)
    expect("statements for every resource", every_resource(aws, "alone"), {"Vpc", "VpcOfLambdaOnly"})
    root.destroy()


def every_resource(aws, function):
    role = aws.client("lambda").get_function(FunctionName=function)["Configuration"]["Role"]
    return {sid for sid, statement in statements(aws, role).items() if "*" in statement["Resource"]}


def modules(aws, init, work):
    """The modules by themselves, their format, and what their variables refuse."""
    refused = {"function_name": "refused", "zip": str(work / "pipeline.zip"), "timeout": 30}
    for module in ("alarms", "storage", "stream-role", "function"):
        folder = work / "checked" / module
        shutil.copytree(TERRAFORM / "modules" / module, folder)
        root = Root(aws, init, folder, refused if module == "function" else {})
        root.run("validate")
    if "60 to 300 seconds" not in root.run("plan", "-input=false", ends=1):
        raise Failed("a timeout of 30 seconds is not refused")
    root.run("fmt", "-check", "-diff", "-recursive", str(TERRAFORM))


def zip_of(path, content):
    with zipfile.ZipFile(path, "w") as made:
        made.writestr("bootstrap", content)


def package(work):
    """pipeline.zip: of a real pipeline, where this repository's `nozzle` is built; else one with a file in it."""
    nozzle, made = ROOT / "target/debug/nozzle", work / "pipeline.zip"
    if nozzle.is_file():
        # A copy: packing writes beside nozzle.toml.
        shutil.copytree(ROOT / "runtime/cli/templates/pipelines/ticker", work / "ticker")
        config = work / "ticker/nozzle.toml"
        packed = subprocess.run([nozzle, "package", "--config", config, "--out", made], capture_output=True, text=True)
        if packed.returncode == 0:
            return "one of `nozzle package`"
        print(packed.stderr, file=sys.stderr)
    zip_of(made, "nothing to run")
    return "no real one, for want of target/debug/nozzle and its bootstrap"


def plugin_folder():
    """A folder with the providers, where the system has one."""
    named = os.environ.get("NOZZLE_TERRAFORM_PLUGINS")
    for base in () if named else ("/opt", "/usr/share", "/usr/local/share"):
        for found in Path(base).glob("*/registry.terraform.io"):
            return found.parent
    return named


def provider(aws, work):
    """The arguments by which `terraform init` finds the provider; None, told loudly, where it cannot be had."""
    if shutil.which("terraform") is None:
        skipped("there is no terraform (hint: https://developer.hashicorp.com/terraform/install)")
        return None
    folder = plugin_folder()
    init = [] if folder is None else [f"-plugin-dir={folder}"]
    probe = work / "probe"
    shutil.copytree(TERRAFORM / "modules" / "storage", probe)
    try:
        Root(aws, init, probe, {})
    except Failed as problem:
        skipped(f"the AWS provider cannot be had (hint: NOZZLE_TERRAFORM_PLUGINS names its folder)\n{problem}")
        return None
    return init


def skipped(why):
    print(f"!!! SKIPPED: {why}", file=sys.stderr)


def main(names):
    start = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        aws, work = Aws(), Path(folder) / "terraform"
        shutil.copytree(TERRAFORM, work)
        init = provider(aws, work)
        if init is None:
            return 0
        packed = package(work)
        # The longest first.
        runs = {"versions": versions, "modules": modules, "objects": objects}
        runs |= {name: lambda *given, name=name: example(*given, name) for name in EXAMPLES}
        chosen = {name: run for name, run in runs.items() if not names or name in names}
        with ThreadPoolExecutor(AT_A_TIME) as pool:
            ends = {name: pool.submit(timed, run, aws, init, work) for name, run in chosen.items()}
        failed = [name for name, end in ends.items() if end.result()[1]]
        for name, end in ends.items():
            seconds, problem = end.result()
            what = WHAT.get(name, WHAT["example"])
            print(f"{name:12} {'FAILED' if problem else 'ok':6} {seconds:4.0f} s  {what}")
            if problem:
                print(problem)
    print("moto tells what it was given: defaults that AWS would add are not seen, nor are permissions looked at")
    print(f"{time.monotonic() - start:.0f} s; the zip was {packed}")
    return 1 if failed else 0


WHAT = {
    "modules": "format, validate, what variables refuse",
    "versions": "canary, failed self-test, canary taken back, rollback; CodeDeploy and the function are the test's own",
    "example": "apply, the same as SAM's, no changes in a plan, destroy",
}


def timed(run, *given):
    start = time.monotonic()
    try:
        run(*given)
        problem = None
    except Failed as failure:
        problem = str(failure)
    return time.monotonic() - start, problem


if __name__ == "__main__":
    code = main(sys.argv[1:])
    sys.stdout.flush()
    # moto's server has threads that do not end.
    os._exit(code)
