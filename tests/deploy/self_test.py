"""Runs the self-test function of function.yaml over what CodeDeploy, CloudFormation and Lambda say to it."""

import io
import json
import sys
import types
import unittest
from unittest import mock

from templates import SAM, load

CODE = load(SAM)["function.yaml"]["Resources"]["SelfTest"]["Properties"]["InlineCode"]
HOOK = {"DeploymentId": "d-1", "LifecycleEventHookExecutionId": "e-1"}


def answered(payload, **more):
    return {"Payload": io.BytesIO(json.dumps(payload).encode()), **more}


def refused():
    return answered({"errorType": "check.failed"}, FunctionError="Unhandled")


class SelfTest(unittest.TestCase):
    def run_handler(self, event, answer):
        """What the handler calls for an event, where the version under test answers so."""
        aws, cfnresponse, botocore = mock.Mock(), mock.Mock(SUCCESS="SUCCESS", FAILED="FAILED"), types.ModuleType("botocore.config")
        botocore.Config = mock.Mock()
        aws.client.return_value = aws
        aws.invoke.side_effect = answer if isinstance(answer, Exception) else lambda **_: dict(answer)
        modules = {"boto3": aws, "cfnresponse": cfnresponse, "botocore.config": botocore}
        environment = {"VERSION": "arn:aws:lambda:eu-west-1:111122223333:function:orders:7"}
        with mock.patch.dict(sys.modules, modules), mock.patch.dict("os.environ", environment), mock.patch("builtins.print"):
            names = {}
            exec(compile(CODE, "index.py", "exec"), names)
            names["handler"](event, None)
        return aws, cfnresponse

    def test_a_version_that_is_well_gets_traffic(self):
        aws, _ = self.run_handler(HOOK, answered({"nozzle": "check", "ok": True}))
        (invoked,) = aws.invoke.call_args_list
        self.assertEqual(json.loads(invoked.kwargs["Payload"]), {"nozzle": "check"})
        self.assertTrue(invoked.kwargs["FunctionName"].endswith(":7"))
        self.assert_reported(aws, "Succeeded")

    def test_a_version_that_fails_its_check_gets_none(self):
        aws, _ = self.run_handler(HOOK, refused())
        self.assert_reported(aws, "Failed")

    def test_a_version_that_cannot_be_invoked_gets_none(self):
        aws, _ = self.run_handler(HOOK, RuntimeError("throttled"))
        self.assert_reported(aws, "Failed")

    def assert_reported(self, aws, status):
        aws.put_lifecycle_event_hook_execution_status.assert_called_once_with(
            deploymentId="d-1", lifecycleEventHookExecutionId="e-1", status=status
        )

    def test_the_first_version_is_tested_when_the_stack_is_made(self):
        _, cfnresponse = self.run_handler({"RequestType": "Create"}, answered({"ok": True}))
        self.assertEqual(cfnresponse.send.call_args.args[2], "SUCCESS")
        _, cfnresponse = self.run_handler({"RequestType": "Create"}, refused())
        self.assertEqual(cfnresponse.send.call_args.args[2], "FAILED")
        self.assertIn("check.failed", cfnresponse.send.call_args.kwargs["reason"])

    def test_a_stack_that_goes_or_rolls_back_is_not_held_up(self):
        for kind in ("Update", "Delete"):
            aws, cfnresponse = self.run_handler({"RequestType": kind}, RuntimeError("gone"))
            aws.invoke.assert_not_called()
            self.assertEqual(cfnresponse.send.call_args.args[2], "SUCCESS")


if __name__ == "__main__":
    unittest.main()
