"""What the SAM templates make, worked out without AWS, to hold the Terraform modules to it."""

import re

from samtranslator.yaml_helper import yaml_parse

# Those of AWS, as CloudFormation gives them.
PSEUDO = {"AWS::Region": "eu-west-1", "AWS::AccountId": "123456789012", "AWS::Partition": "aws"}
NOTHING = object()


class Template:
    """A template with its parameters given, and with the attributes of resources that its caller knows."""

    def __init__(self, path, parameters=None, attributes=None):
        self.body = yaml_parse(path.read_text())
        declared = self.body["Parameters"]
        unknown = (parameters or {}).keys() - declared.keys()
        if unknown:
            raise KeyError(f"{path.name} has no parameter {', '.join(sorted(unknown))}")
        self.defaults = {name: one["Default"] for name, one in declared.items() if "Default" in one}
        self.values = PSEUDO | self.defaults | (parameters or {})
        self.attributes = attributes or {}

    def parameters(self):
        """Each parameter by its name in Terraform, with its default where it has one."""
        return {snake(name): self.defaults.get(name) for name in self.body["Parameters"]}

    def properties(self, name):
        """The properties of a resource, or None where its condition does not hold."""
        resource = self.body["Resources"][name]
        if "Condition" in resource and not self.holds(resource["Condition"]):
            return None
        return self.resolve(resource["Properties"])

    def alarms(self):
        """The alarms of the template that its conditions make, by name."""
        kinds = self.body["Resources"].items()
        names = [name for name, resource in kinds if resource["Type"] == "AWS::CloudWatch::Alarm"]
        alarms = [alarm for alarm in map(self.properties, names) if alarm]
        return {alarm["AlarmName"]: alarm_of(alarm) for alarm in alarms}

    def holds(self, condition):
        return self.resolve(self.body["Conditions"][condition])

    def resolve(self, node):
        if isinstance(node, list):
            return [value for value in map(self.resolve, node) if value is not NOTHING]
        if not isinstance(node, dict):
            return node
        if len(node) == 1:
            ((name, argument),) = node.items()
            if name == "Ref":
                return NOTHING if argument == "AWS::NoValue" else self.named(argument)
            if name.startswith("Fn::"):
                return self.call(name, argument)
        resolved = {name: self.resolve(value) for name, value in node.items()}
        return {name: value for name, value in resolved.items() if value is not NOTHING}

    def named(self, name):
        """A parameter, or a resource's attribute; a resource that nobody has told of stands for itself."""
        return self.values.get(name, self.attributes.get(name, f"<{name}>"))

    def call(self, name, argument):
        if name == "Fn::If":
            condition, then, otherwise = argument
            return self.resolve(then if self.holds(condition) else otherwise)
        if name == "Fn::Sub":
            return re.sub(r"\$\{([^}]+)\}", lambda found: str(self.named(found[1])), argument)
        if name == "Fn::GetAtt":
            return self.named(".".join(argument))
        values = self.resolve(argument)
        if name == "Fn::Equals":
            return str(values[0]) == str(values[1])
        if name == "Fn::Not":
            return not values[0]
        if name == "Fn::Join":
            return values[0].join(values[1])
        if name == "Fn::Split":
            return values[1].split(values[0])
        if name == "Fn::Select":
            return values[1][values[0]]
        raise NotImplementedError(name)


def snake(name):
    """`LambdaBufferMiB` as Terraform calls it: `lambda_buffer_mib`."""
    return re.sub(r"(?<=[a-z])([A-Z])", r"_\1", name.replace("MiB", "Mib")).lower()


def alarm_of(alarm):
    """An alarm in one shape, from CloudFormation's properties or from what CloudWatch describes."""
    kept = (
        "AlarmDescription",
        "Namespace",
        "MetricName",
        "Statistic",
        "Period",
        "EvaluationPeriods",
        "DatapointsToAlarm",
        "ComparisonOperator",
        "TreatMissingData",
    )
    shape = {name: alarm[name] for name in kept if name in alarm}
    shape["Threshold"] = float(alarm["Threshold"])
    shape["Dimensions"] = dimensions_of(alarm)
    shape["Metrics"] = {query["Id"]: query_of(query) for query in alarm.get("Metrics", [])}
    shape["TellsBoth"] = (bool(alarm.get("AlarmActions")), bool(alarm.get("OKActions")))
    return shape


def query_of(query):
    statistic = query.get("MetricStat")
    if statistic is None:
        return query["Expression"], query["Label"]
    metric = statistic["Metric"]
    what = metric["Namespace"], metric["MetricName"], dimensions_of(metric)
    return *what, statistic["Stat"], statistic["Period"]


def dimensions_of(metric):
    return {dimension["Name"]: dimension["Value"] for dimension in metric.get("Dimensions", [])}


def destination_of(destination):
    """Where a stream's rows and errors go, and by which transform, from CloudFormation or from what Firehose tells."""
    shape = {name: destination.get(name) for name in ("Prefix", "ErrorOutputPrefix", "CopyCommand")}
    shape["Prefix"] = shape["Prefix"] or None
    shape["Compression"] = destination.get("CompressionFormat", "UNCOMPRESSED")
    hints = {"SizeInMBs": 5, "IntervalInSeconds": 300} | destination.get("BufferingHints", {})
    shape["Buffer"] = {name: float(hint) for name, hint in hints.items()}
    # Iceberg's default, FailedDataOnly, is the same as Disabled elsewhere.
    shape["Backup"] = destination.get("S3BackupMode") == "Enabled"
    shape["Partitioned"] = bool(destination.get("DynamicPartitioningConfiguration", {}).get("Enabled"))
    shape["Converted"] = bool(destination.get("DataFormatConversionConfiguration", {}).get("Enabled"))
    tables = destination.get("DestinationTableConfigurationList", [])
    names = ("DestinationDatabaseName", "DestinationTableName")
    shape["Tables"] = [[*(table[name] for name in names), table.get("UniqueKeys", [])] for table in tables]
    processing = destination.get("ProcessingConfiguration", {})
    shape["Processing"] = [
        processing.get("Enabled"),
        [
            [processor["Type"], parameters_of(processor)]
            for processor in processing.get("Processors", [])
        ],
    ]
    return shape


def parameters_of(processor):
    """A processor's parameters without those that Terraform's provider adds: the defaults, and the stream's role."""
    defaults = {"BufferSizeInMBs": "1", "BufferIntervalInSeconds": "60", "NumberOfRetries": "3"}
    given = {one["ParameterName"]: str(one["ParameterValue"]) for one in processor["Parameters"]}
    return {name: value for name, value in given.items() if name != "RoleArn" and value != defaults.get(name)}
