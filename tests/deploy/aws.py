"""An AWS of one's own for the templates: moto's server in this process, taught what it lacks and the templates need."""

import json
import logging
import os
import sys
from pathlib import Path

import boto3
from moto.awslambda.models import EventSourceMapping, LambdaFunction
from moto.awslambda.responses import LambdaResponse
from moto.awslambda_simple.models import lambda_simple_backends
from moto.codedeploy import responses as codedeploy_responses
from moto.codedeploy.models import CodeDeployBackend
from moto.core.models import default_user_config
from moto.core.responses import ActionResult
from moto.server import ThreadedMotoServer
from moto.sqs.models import Queue
from moto.stepfunctions.responses import StepFunctionResponse

REGION = "eu-west-1"
ACCOUNT = "123456789012"


class Aws:
    """The account. The functions whose self-test or whose canary fails are named from outside."""

    def __init__(self):
        self.self_tests = []
        self.self_test_fails = set()
        self.deployments = []
        self.canary_fails = set()
        default_user_config["lambda"] = {"use_docker": False}
        keep_logging_configuration()
        keep_alarm_configuration()
        delete_applications()
        validate_definitions()
        keep_what_was_given()
        self.answer_invocations()
        self.run_deployments()
        logging.getLogger("werkzeug").setLevel(logging.ERROR)
        self.server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
        self.server.start()
        self.endpoint = "http://{}:{}".format(*self.server.get_host_and_port())

    def environment(self):
        """The variables by which Terraform and the AWS CLI, that of this Python's tools, find it."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
        tools = str(Path(sys.executable).parent)
        return kept | {
            "PATH": tools + os.pathsep + os.environ["PATH"],
            "AWS_ENDPOINT_URL": self.endpoint,
            "AWS_REGION": REGION,
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_EC2_METADATA_DISABLED": "true",
        }

    def client(self, service):
        return boto3.client(
            service,
            region_name=REGION,
            endpoint_url=self.endpoint,
            aws_access_key_id="test",
            aws_secret_access_key="test",
        )

    def answer_invocations(self):
        """A function answers a self-test, well or with a function error, and knows nothing else."""

        def invoke(request):
            function, (qualifier,) = request.path.rsplit("/", 2)[1], request.querystring["Qualifier"]
            if json.loads(request.body) != {"nozzle": "check"}:
                raise AssertionError(f"{function} was invoked with {request.body}")
            self.self_tests.append((function, qualifier))
            if function in self.self_test_fails:
                answer = {"errorType": "check.failed", "errorMessage": "case `demo` differs"}
                return 200, {"x-amz-function-error": "Unhandled"}, json.dumps(answer)
            return 200, {}, json.dumps({"nozzle": "check", "ok": True})

        LambdaResponse.invoke = invoke

    def run_deployments(self):
        """CodeDeploy moves the alias of the AppSpec at once, or leaves it where it is."""
        create = CodeDeployBackend.create_deployment

        def create_deployment(backend, application_name, deployment_group_name, revision, *rest, **more):
            name = create(backend, application_name, deployment_group_name, revision, *rest, **more)
            resources = json.loads(revision["appSpecContent"]["content"])["Resources"]
            (moved,) = (one["Properties"] for resource in resources for one in resource.values())
            self.deployments.append(moved)
            functions = lambda_simple_backends[ACCOUNT][REGION]
            if functions.get_alias(moved["Alias"], moved["Name"]).function_version != moved["CurrentVersion"]:
                raise AssertionError(f"the alias is not at {moved['CurrentVersion']}")
            fails = moved["Name"] in self.canary_fails
            if not fails:
                functions.update_alias(moved["Alias"], moved["Name"], moved["TargetVersion"], None, None)
            backend.deployments[name].status = "Failed" if fails else "Succeeded"
            return name

        CodeDeployBackend.create_deployment = create_deployment


def keep_logging_configuration():
    """moto forgets the LoggingConfig of a function."""
    make, describe = LambdaFunction.__init__, LambdaFunction.get_configuration

    def made(function, *args, **more):
        make(function, *args, **more)
        spec = args[1] if len(args) > 1 else more["spec"]
        function.logging_config = spec.get("LoggingConfig")

    def described(function, *args, **more):
        return describe(function, *args, **more) | {"LoggingConfig": function.logging_config}

    LambdaFunction.__init__, LambdaFunction.get_configuration = made, described


def keep_alarm_configuration():
    """moto does not tell the alarms of a deployment group, and tells an empty load balancer."""
    describe = codedeploy_responses._deployment_group_info

    def described(group):
        info = describe(group) | {"alarmConfiguration": group.alarm_configuration}
        return {name: value for name, value in info.items() if name != "loadBalancerInfo" or value}

    codedeploy_responses._deployment_group_info = described


def delete_applications():
    """moto makes applications of CodeDeploy and their groups, but does not delete them."""

    def delete_deployment_group(request):
        groups = request.codedeploy_backend.deployment_groups[request._get_param("applicationName")]
        del groups[request._get_param("deploymentGroupName")]
        return ActionResult({})

    def delete_application(request):
        del request.codedeploy_backend.applications[request._get_param("applicationName")]
        return ActionResult({})

    codedeploy_responses.CodeDeployResponse.delete_deployment_group = delete_deployment_group
    codedeploy_responses.CodeDeployResponse.delete_application = delete_application


def validate_definitions():
    """moto looks at no definition of a state machine, and knows none of its versions. cfn-lint looks at the same one in SAM's template."""

    def validate_state_machine_definition(response):
        json.loads(response._get_param("definition"))
        return ActionResult({"result": "OK", "diagnostics": [], "truncated": False})

    def list_state_machine_versions(_):
        return ActionResult({"stateMachineVersions": []})

    StepFunctionResponse.validate_state_machine_definition = validate_state_machine_definition
    StepFunctionResponse.list_state_machine_versions = list_state_machine_versions


def keep_what_was_given():
    """moto tells the version of an alias that receives, and writes a redrive policy with spaces."""
    mapping, queue = EventSourceMapping.get_configuration, Queue.attributes.fget

    def described(source):
        return mapping(source) | {"FunctionArn": source.function_name}

    def attributes(made):
        told = queue(made)
        if told.get("RedrivePolicy"):
            told["RedrivePolicy"] = json.dumps(json.loads(told["RedrivePolicy"]), separators=(",", ":"))
        return told

    EventSourceMapping.get_configuration, Queue.attributes = described, property(attributes)
