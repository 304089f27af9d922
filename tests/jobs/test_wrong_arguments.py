"""Arguments that do not fit: the error names the function, the argument and both kinds.

Nothing is read, sent or written before.
"""

import asyncio
import inspect
import math
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any, Final, cast

import pytest

from configcat_mgmt import AsyncManagementClient, ManagementClient, jobs
from configcat_mgmt.checked import checked
from configcat_mgmt.errors import ConfigurationError
from configcat_mgmt.jobs import NewProduct, blocking, launchdarkly
from tests.every import every
from tests.jobs.products import plain_product

Json = Any

CHECKING_THEMSELVES: Final = {"read_rule"}
"""Functions that take anything and say what is wrong with it."""
OPTIONS: Final = (
    *(jobs.PlanOptions, jobs.ApplyOptions, jobs.BulkOptions, jobs.AuditQuery),
    *(jobs.Edit, jobs.Criteria, jobs.Selection, jobs.NameMap, jobs.NewProduct),
    *(jobs.JobFolder, jobs.BackupFolder, jobs.BulkJournal, jobs.Call),
    *(launchdarkly.TranslationOptions, launchdarkly.PageJournal),
    launchdarkly.RestClient,
)
"""Classes that callers make from arguments of their own."""


class Canary:
    """Fits no annotation, and its text must reach no error."""

    def __repr__(self) -> str:
        return "canary-text"


def functions_of(face: ModuleType) -> Iterator[Callable[..., object]]:
    """Return the public functions of a module that take arguments."""
    found = vars(face).get("__all__", vars(face))
    for name in sorted(found):
        function = getattr(face, name)
        is_own = inspect.isfunction(function) and function is not checked
        if is_own and name not in CHECKING_THEMSELVES:
            yield function


PUBLIC: Final = {
    f"{face.__name__}.{one.__qualname__}": one
    for face in (jobs, blocking, launchdarkly)
    for one in functions_of(face)
    if inspect.signature(one).parameters
} | {one.__name__: one for one in OPTIONS}


def ended(made: object) -> object:
    """Return the result of a call, also of one that has to be awaited."""
    return asyncio.run(made) if inspect.iscoroutine(made) else made


@every("name", sorted(PUBLIC))
def test_every_argument_of_a_public_function_is_checked(name: str) -> None:
    function = PUBLIC[name]
    parameters = inspect.signature(function).parameters.values()
    needed = {
        one.name: Canary()
        for one in parameters
        if one.default is one.empty and one.kind is not one.VAR_KEYWORD
    }
    for one in parameters:
        if one.kind is one.VAR_KEYWORD or one.annotation is object:
            continue
        # The argument itself comes first, before others that do not fit either.
        given = {one.name: Canary(), **needed}
        with pytest.raises(ConfigurationError) as refused:
            ended(function(**given))
        said = str(refused.value)
        assert said.startswith(f"{function.__name__}: {one.name} must be ")
        assert said.endswith(", not Canary")


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: jobs.plan_copy(None, None),
            "plan_copy: snapshot must be a Snapsh",
        ),
        (
            lambda: jobs.plan_copy(plain_product(), plain_product),
            "target must be a Snapshot or a NewProduct, not function",
        ),
        (
            lambda: jobs.plan_copy(plain_product(), NewProduct),
            "target must be a Snapshot or a NewProduct, not the class NewProduct",
        ),
        (
            lambda: jobs.PlanOptions(delete="no"),
            "PlanOptions: delete must be True or False, not str",
        ),
        (
            lambda: jobs.PlanOptions(max_deletes=True),
            "max_deletes must be a whole number, not True",
        ),
        (
            lambda: jobs.BulkOptions(linger_seconds=math.inf),
            "linger_seconds must be a finite number, not inf",
        ),
        (
            lambda: jobs.ApplyOptions(poll_seconds=10**400),
            "poll_seconds must be a finite number, not 1000",
        ),
        (
            lambda: jobs.ApplyOptions(on_error="ask"),
            "on_error must be 'stop' or 'collect', not 'ask'",
        ),
        (
            lambda: jobs.plan_promotion(plain_product(), "Test", ["Staging", None]),
            "item 1 of targets must be text, not None",
        ),
        (
            lambda: jobs.check_calls("get-me"),
            "lines must be an iterable, not str",
        ),
        (
            lambda: jobs.save_report([], "report.json"),
            "report must be a dictionary, not list",
        ),
        (
            lambda: jobs.JobFolder("job").begin(None, None),
            "JobFolder.begin: plan must be a Plan, not None",
        ),
        (
            lambda: jobs.make_issue("CC999", "Settings"),
            "there is no issue code 'CC999'",
        ),
        (lambda: jobs.make_issue("CC302", "Settings", details={}), None),
    ],
)
def test_an_error_names_what_was_given_and_what_may_be(
    call: Callable[[], Json], message: str | None
) -> None:
    if message is None:
        assert call()
        return
    with pytest.raises(ConfigurationError) as refused:
        call()
    assert message in str(refused.value)
    assert "canary" not in str(refused.value)


def test_the_client_of_the_other_kind_is_refused() -> None:
    with ManagementClient("user", "pass", base_url="http://127.0.0.1:1") as client:
        wanted, blocking_client = "Shop", cast("Json", client)
        with pytest.raises(ConfigurationError, match="an AsyncManagementClient, not M"):
            ended(jobs.take_snapshot(blocking_client, wanted))
        other: Json = client.aio
        assert isinstance(other, AsyncManagementClient)
        with pytest.raises(ConfigurationError, match="be a ManagementClient, not Asyn"):
            blocking.take_snapshot(other, wanted)


async def test_a_result_that_was_not_awaited_is_named() -> None:
    async with AsyncManagementClient("u", "p", base_url="http://127.0.0.1:1") as client:
        snapshot: Json = jobs.take_snapshot(client, "Shop")
        with pytest.raises(ConfigurationError, match="`await` is missing"):
            jobs.matrix_of(snapshot)
        snapshot.close()


def test_options_of_an_apply_are_refused_before_the_journal_is_made(
    tmp_path: Path,
) -> None:
    new = NewProduct("http://127.0.0.1:1", "Acme", "Copy")
    plan = jobs.plan_copy(plain_product(), new)
    wrong: Json = "yes"
    with (
        ManagementClient("user", "pass", base_url="http://127.0.0.1:1") as client,
        pytest.raises(ConfigurationError, match="apply: wait must be True or False"),
    ):
        blocking.apply(client, plan, tmp_path / "j.db", wait=wrong)
    assert list(tmp_path.iterdir()) == []


def test_a_stream_is_not_read_by_the_check() -> None:
    lines = iter(['{"operation": "get-me"}'])
    assert [one.operation for one in jobs.read_calls(lines)] == ["get-me"]


def test_missing_and_unknown_arguments_are_refused_as_python_does() -> None:
    function: Json = jobs.plan_copy
    with pytest.raises(TypeError, match="missing 1 required"):
        function(plain_product())
    with pytest.raises(TypeError, match="unexpected keyword"):
        function(plain_product(), plain_product(), colour="red")
