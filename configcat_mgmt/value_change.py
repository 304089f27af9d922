"""Turns a value that was read and a function into the body that writes the change."""

import copy
from collections.abc import Callable
from typing import TypeAlias

from configcat_mgmt.api.model_index import (
    SettingFormulaModel,
    UpdateEvaluationFormulaModel,
)
from configcat_mgmt.errors import RequestBuildError
from configcat_mgmt.values import to_update

ValueEditor: TypeAlias = Callable[
    [UpdateEvaluationFormulaModel], UpdateEvaluationFormulaModel | None
]
"""Changes the value that it receives, or returns another one."""


def changed_body(
    read: SettingFormulaModel, change: ValueEditor
) -> UpdateEvaluationFormulaModel | None:
    """Return the body that writes a change, or None if nothing changes."""
    before = to_update(read)
    body = copy.deepcopy(before)
    body = change(body) or body
    return None if body == before else body


def check_attempts(attempts: int) -> None:
    """Refuse to try less than once.

    Raises:
        RequestBuildError: `attempts` is less than 1.
    """
    if attempts < 1:
        raise RequestBuildError("change_value", ["attempts must be at least 1"])
