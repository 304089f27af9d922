"""Turns a value that was read and a function into the body that writes the change."""

import copy
import random
from collections.abc import Callable, Iterator
from typing import Final, TypeAlias, cast

from configcat_mgmt.api.model_index import (
    SettingFormulaModel,
    UpdateEvaluationFormulaModel,
)
from configcat_mgmt.core.codec.decode import from_json
from configcat_mgmt.core.codec.encode import to_json
from configcat_mgmt.core.exchange import RawResponse
from configcat_mgmt.errors import RequestBuildError
from configcat_mgmt.values import to_update

ValueEditor: TypeAlias = Callable[
    [UpdateEvaluationFormulaModel], UpdateEvaluationFormulaModel | None
]
"""Changes the value that it receives, or returns another one."""

FIRST_WAIT: Final = 0.01
"""Half the seconds that the first wait may last."""
MOST_WAIT: Final = 1.0
READ: Final = "get-setting-value-v2"
"""The operation that reads the value."""
_WRITTEN: Final = ("defaultValue", "targetingRules")
"""The parts of a value that a write replaces and that have parts of their own."""


def value_in(answer: RawResponse) -> SettingFormulaModel:
    """Read the value in a response.

    Raises:
        RequestBuildError: The value has fields that this version does not know, and
            that a write would lose.
    """
    data = answer.json()
    read = from_json(data, SettingFormulaModel)
    known = to_json(read)
    if isinstance(data, dict) and isinstance(known, dict):
        lost = [
            path
            for name in _WRITTEN
            for path in _lost(data.get(name), known.get(name), f"$.{name}")
        ]
        if lost:
            problem = (
                "this version does not know the field, and the write would lose it; "
                "change the other parts with a JsonPatch"
            )
            raise RequestBuildError(
                "change_value", [f"{one}: {problem}" for one in lost]
            )
    return read


def changed_body(
    read: SettingFormulaModel, change: ValueEditor
) -> UpdateEvaluationFormulaModel | None:
    """Return the body that writes a change, or None if nothing changes."""
    before = to_update(read)
    body = copy.deepcopy(before)
    body = change(body) or body
    return None if body == before else body


def wait_after_conflict(conflicts: int) -> float:
    """Return a random number of seconds to wait after so many conflicts in a row.

    Two writers without a wait could keep pace with each other, and one of them would
    never get its turn.
    """
    most = min(MOST_WAIT, FIRST_WAIT * 2.0 ** min(conflicts, 10))
    return random.uniform(0.0, most)  # noqa: S311 - no secret depends on it


def check_arguments(change: object, attempts: object) -> None:
    """Refuse a change that cannot be called, and to try less than once.

    Raises:
        RequestBuildError: `change` is not callable, or `attempts` is not a whole number
            from 1 on.
    """
    problems: list[str] = []
    if not callable(change):
        problems.append(f"change must be a function, not {type(change).__name__}")
    if type(attempts) is not int or attempts < 1:
        problems.append("attempts must be a whole number from 1 on")
    if problems:
        raise RequestBuildError("change_value", problems)


def _lost(sent: object, known: object, path: str) -> Iterator[str]:
    """Yield the paths of what a response has and its model lacks."""
    if isinstance(sent, dict):
        fields = cast("dict[str, object]", known) if isinstance(known, dict) else {}
        for name, value in cast("dict[str, object]", sent).items():
            if value is None or name.startswith("_"):
                continue
            if name in fields:
                yield from _lost(value, fields[name], f"{path}.{name}")
            else:
                yield f"{path}.{name}"
    elif isinstance(sent, list):
        items = cast("list[object]", known) if isinstance(known, list) else []
        for index, value in enumerate(cast("list[object]", sent)):
            item = items[index] if index < len(items) else None
            yield from _lost(value, item, f"{path}[{index}]")
