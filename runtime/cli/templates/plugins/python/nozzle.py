"""What a plugin in Python begins with: outcomes, failures, and bugs that say where they are."""

import functools

from componentize_py_types import Err
from wit_world.imports import host
from wit_world.imports.types import Outcome_Deliver, Outcome_Drop, Outcome_Explode, Outcome_Fail, Row
from wit_world.imports.types import Failure as FailureValue


class Failure(Exception):
    """Why a record cannot be transformed: raise it. The reason names the trouble and never the value."""

    def __init__(self, code, reason, path=None):
        super().__init__(reason)
        self.code, self.reason, self.path = code, reason, path

    def within(self, place):
        """The same failure, of a part of the record that stands at `place`."""
        return Failure(self.code, self.reason, place if self.path is None else f"{place}.{self.path}")


def row(text):
    return Row(text.encode("utf-8"), partition_keys=[], route=None)


def deliver(text):
    """One row takes the record's place."""
    return Outcome_Deliver(row(text))


def explode(texts):
    """Several rows do: at least one."""
    return Outcome_Explode([row(text) for text in texts])


def drop(reason):
    """Nothing does. The reason, kebab-case, is what drops are counted by."""
    return Outcome_Drop(reason)


def transforming(transform):
    """Makes a `Failure` that is raised the outcome of the record; whatever else is raised is a bug."""

    @guarded
    @functools.wraps(transform)
    def call(self, data):
        try:
            return transform(self, data)
        except Failure as failure:
            return Outcome_Fail(FailureValue(failure.code, failure.path, failure.reason))

    return call


def guarded(method):
    """A bug ends the plugin: before that, the host is told of its message, file and line for the report."""

    @functools.wraps(method)
    def call(*arguments):
        try:
            return method(*arguments)
        except Err:
            raise
        except Exception as bug:
            at = bug.__traceback__
            while at.tb_next is not None:
                at = at.tb_next
            # The folders that modules come from stand in the component as /0, /1 and so on.
            file = at.tb_frame.f_code.co_filename.lstrip("/0123456789")
            host.panicked(f"{type(bug).__name__}: {bug}", file, at.tb_lineno, 0)
            raise

    return call
