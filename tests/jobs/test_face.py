"""What jobs are called, for async and for blocking callers."""

import ast
import inspect
from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest

from configcat_mgmt import jobs
from configcat_mgmt.jobs import blocking
from tests.every import every
from tests.syntax import parsed

FACE: Final = parsed(Path(str(jobs.__file__)))
LAZY: Final[dict[str, str]] = vars(jobs)["_LAZY"]
BLOCKING: Final = sorted(
    name
    for name, value in vars(blocking).items()
    if inspect.isfunction(value) and value.__module__ == blocking.__name__
)
"""Names of the functions for blocking callers."""


def test_the_public_names_are_those_that_load_late() -> None:
    assert sorted(jobs.__all__) == sorted(LAZY) == dir(jobs)


@every("name", sorted(LAZY))
def test_a_public_name_is_that_of_its_module(name: str) -> None:
    module = __import__(f"configcat_mgmt.jobs.{LAZY[name]}", fromlist=[name])
    assert getattr(jobs, name) is getattr(module, name)


def test_a_name_that_is_not_public_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match=r"'configcat_mgmt.jobs' .* 'snapshoot'"):
        _ = jobs.__getattr__("snapshoot")


def test_checkers_see_the_names_where_they_are() -> None:
    (block,) = (node for node in FACE.body if isinstance(node, ast.If))
    seen: dict[str, str] = {}
    for statement in block.body:
        assert isinstance(statement, ast.ImportFrom)
        place = str(statement.module).removeprefix("configcat_mgmt.jobs.")
        seen.update({alias.name: place for alias in statement.names})
    assert seen == LAZY


def test_all_that_is_awaited_can_be_had_blocking() -> None:
    awaited = {
        name
        for name in jobs.__all__
        if inspect.iscoroutinefunction(getattr(jobs, name))
        or inspect.isasyncgenfunction(inspect.unwrap(getattr(jobs, name)))
    }
    assert {*BLOCKING} == awaited


@every("name", BLOCKING)
def test_both_faces_take_the_same_arguments(name: str) -> None:
    def shape(function: Callable[..., object]) -> list[tuple[str, object, object]]:
        parameters = inspect.signature(function).parameters.values()
        return [(one.name, one.kind, one.default) for one in parameters]

    assert shape(getattr(blocking, name)) == shape(getattr(jobs, name))
