"""Decodes request data, and describes misfits in the words of the service."""

from collections.abc import Sequence
from itertools import islice
from typing import Final, Literal, TypeAlias, cast

from configcat_mgmt.core.codec.decode import decode as read_strictly
from configcat_mgmt.core.codec.problems import InvalidData, Path, Problem
from configcat_mgmt.emulator.domain.refusals import WHOLE_REQUEST, Refused

Unknown: TypeAlias = Literal["ignore", "refuse"]
"""The treatment of fields that a model does not have."""

MAX_PROBLEMS: Final = 200
"""More problems are not listed. Source: `MaxModelValidationErrors` of ASP.NET Core."""

_FIRST_ITEMS: Final = 256
_GROWTH: Final = 4


def decode(data: object, kind: object, *, unknown: Unknown) -> object:
    """Decode plain JSON data of a request.

    A request of a megabyte may have half a million problems. So the beginnings of long
    lists are decoded first, and the rest only if there was no problem. No model has as
    many fields as there are first items, so an object with more has unknown fields.

    Args:
        data: The data, with exact names.
        kind: The type of the body.
        unknown: Whether fields that the model does not have are problems.

    Raises:
        Refused: The data does not fit; lists at most `MAX_PROBLEMS`.
    """
    try:
        cuts_objects = unknown == "refuse"
        size, longest = _FIRST_ITEMS, _longest(data, cuts_objects)
        while size < longest:
            read_strictly(_cut(data, size, cuts_objects), kind, mode=unknown)
            size *= _GROWTH
        return read_strictly(data, kind, mode=unknown)
    except InvalidData as invalid:
        raise _refused_by(invalid.problems) from None
    except RecursionError:
        raise Refused((), "The data is nested too deeply.") from None


def _refused_by(problems: Sequence[Problem]) -> Refused:
    messages: dict[str, list[str]] = {}
    for problem in problems[:MAX_PROBLEMS]:
        messages.setdefault(_wire_path(problem.path), []).append(problem.message)
    if len(problems) > MAX_PROBLEMS:
        more = f"There are more than {MAX_PROBLEMS} problems."
        messages.setdefault(WHOLE_REQUEST, []).append(more)
    return Refused.of(messages)


def _longest(data: object, counts_objects: bool) -> int:
    longest, pending = 0, [data]
    while pending:
        one = pending.pop()
        if isinstance(one, list):
            items = cast("list[object]", one)
            longest = max(longest, len(items))
            pending += items
        elif isinstance(one, dict):
            entries = cast("dict[str, object]", one)
            longest = max(longest, len(entries) if counts_objects else 0)
            pending += entries.values()
    return longest


def _cut(data: object, size: int, cuts_objects: bool) -> object:
    """Copy data with the first items of each list that has more than `size`."""
    if isinstance(data, list):
        items = cast("list[object]", data)[:size]
        return [_cut(one, size, cuts_objects) for one in items]
    if isinstance(data, dict):
        entries = cast("dict[str, object]", data).items()
        kept = islice(entries, size if cuts_objects else None)
        return {name: _cut(one, size, cuts_objects) for name, one in kept}
    return data


def _wire_path(path: Path) -> str:
    text = ""
    for step in path:
        if isinstance(step, int):
            text += f"[{step}]"
        else:
            text += f".{step}" if text else step
    return text or WHOLE_REQUEST
