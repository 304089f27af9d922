"""Handlers and operations fit each other."""

import inspect

import pytest

from configcat_mgmt.api.operation_index import OPERATIONS
from configcat_mgmt.api.operations.me import GET_ME
from configcat_mgmt.emulator.domain.state import State
from configcat_mgmt.emulator.handlers.registry import GROUPS, all_handlers, handles
from configcat_mgmt.emulator.server.endpoints import Endpoint
from tests.every import every


def test_every_operation_has_a_handler_and_every_handler_an_operation() -> None:
    assert all_handlers().keys() == OPERATIONS.keys()


def test_the_groups_are_those_of_the_description() -> None:
    assert {operation.group for operation in OPERATIONS.values()} == set(GROUPS)


@every("name", OPERATIONS)
def test_a_handler_takes_what_its_operation_takes(name: str) -> None:
    operation, handler = OPERATIONS[name], all_handlers()[name]
    wanted = {"state", *(parameter.name for parameter in operation.parameters)}
    if operation.body is not None:
        wanted.add("body")
    signature = inspect.signature(handler)
    assert set(signature.parameters) == wanted
    optional = {
        parameter.name for parameter in operation.parameters if not parameter.required
    }
    if operation.body is not None and not operation.body_required:
        optional.add("body")
    with_default = {
        parameter.name
        for parameter in signature.parameters.values()
        if parameter.default is not inspect.Parameter.empty
    }
    assert with_default == optional


def test_an_operation_has_one_handler() -> None:
    with pytest.raises(ValueError, match="get-me"):
        handles(GET_ME)(lambda state: state.caller)


def test_an_operation_without_a_handler_says_so() -> None:
    answer = Endpoint(GET_ME, None).perform(State(), {}, None)
    assert answer.status == 501
    assert b"get-me" in answer.body
