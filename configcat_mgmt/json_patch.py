"""Builds JSON Patch bodies step by step, so that nobody has to spell pointers.

    patch = (
        JsonPatch()
        .replace(("defaultValue", "boolValue"), True)
        .move(("targetingRules", 2), ("targetingRules", 0))
        .add(("targetingRules", "-"), rule)
    )
    await client.setting_values_v2.update_setting_value_v2(env, setting, patch)

The steps are done one after the other, so positions in a list are those after the
steps before. In a patch of a setting, `tags` is a list of tag ids, not of the tags that
a setting is read with: `.add(("tags", "-"), tag.tag_id).remove(("tags", 0))`.

Source: https://www.rfc-editor.org/rfc/rfc6902 and https://www.rfc-editor.org/rfc/rfc6901
"""

import re
from collections.abc import Iterable
from typing import Final, TypeAlias

from configcat_mgmt.api.model_index import (
    JsonPatchOperation,
    OperationType,
)
from configcat_mgmt.core.codec.encode import encode_body
from configcat_mgmt.core.codec.problems import InvalidData
from configcat_mgmt.errors import RequestBuildError
from configcat_mgmt.json_value import JsonValue
from configcat_mgmt.unset import UNSET

__all__ = ["JsonPatch", "PatchPath"]

PatchPath: TypeAlias = str | tuple[str | int, ...]
"""A place in the JSON of the resource.

Either a tuple of field names and list positions, such as `("targetingRules", 0)`, or a
JSON Pointer that is ready to send, such as `"/targetingRules/0"`.

Positions count from 0, and `"-"` is the one after the last, for adding. A name is that
of the JSON; the Python name of the attribute (`targeting_rules`) is turned into it. No
field of the API has an underscore in its JSON name; if another key has one, give the
whole path as a pointer.
"""

_PYTHON_NAME: Final = re.compile(r"[a-z][a-z0-9]*(?:_[a-z0-9]+)+")
_BAD_ESCAPE: Final = re.compile(r"~(?![01])")
_END: Final = "-"
"""The position after the last item of a list, where there is nothing yet."""


class JsonPatch(tuple[JsonPatchOperation, ...]):
    """The steps of a patch; each method gives a new patch with one step more.

    It is a tuple of `JsonPatchOperation` and is passed as the body of a call as it is.

    Every method raises `RequestBuildError` if a path cannot be meant: no name or
    position, a negative position, `-` where nothing can be, an escape that does not
    exist, a move into itself; or if a value is UNSET or no JSON, or a model that does
    not keep its limits. Values are turned into JSON data at once, so a model that is
    changed later does not change the patch.
    """

    __slots__ = ()

    def __new__(cls, steps: Iterable[JsonPatchOperation] = ()) -> "JsonPatch":
        """Begin a patch, with steps that exist already if there are any."""
        return super().__new__(cls, steps)

    def __repr__(self) -> str:
        """Show the steps."""
        return f"JsonPatch({super().__repr__()})"

    def add(self, path: PatchPath, value: object) -> "JsonPatch":
        """Set a field, or insert an item into a list before the one at that position.

        Args:
            path: The field, or the position in the list (`"-"` for its end).
            value: JSON data, or a model, an enum, a UUID or a time; None for null.
        """
        return self._with(OperationType.ADD, path, value=value)

    def remove(self, path: PatchPath) -> "JsonPatch":
        """Remove a field or a list item; the items behind it move up.

        Args:
            path: The place to remove; it must exist.
        """
        return self._with(OperationType.REMOVE, path)

    def replace(self, path: PatchPath, value: object) -> "JsonPatch":
        """Replace the value at a place.

        Args:
            path: The place to replace; it must exist.
            value: JSON data, or a model, an enum, a UUID or a time; None for null.
        """
        return self._with(OperationType.REPLACE, path, value=value)

    def move(self, from_path: PatchPath, to_path: PatchPath) -> "JsonPatch":
        """Take a value away from one place and add it in another.

        Args:
            from_path: The source; it must exist.
            to_path: The target, with positions as they are after the removal.
        """
        return self._with(OperationType.MOVE, to_path, from_path=from_path)

    def copy(self, from_path: PatchPath, to_path: PatchPath) -> "JsonPatch":
        """Add the value of one place in another, too.

        Args:
            from_path: The source; it must exist.
            to_path: The target.
        """
        return self._with(OperationType.COPY, to_path, from_path=from_path)

    def test(self, path: PatchPath, value: object) -> "JsonPatch":
        """Let the whole patch fail unless a place holds this value.

        Args:
            path: The place to compare.
            value: JSON data, or a model, an enum, a UUID or a time; None for null.
        """
        return self._with(OperationType.TEST, path, value=value)

    def _with(
        self,
        op: OperationType,
        path: PatchPath,
        *,
        from_path: PatchPath | None = None,
        value: object = UNSET,
    ) -> "JsonPatch":
        step = f"step {len(self) + 1}, {op}"
        adds = op in (OperationType.ADD, OperationType.MOVE, OperationType.COPY)
        target = _pointer(step, path, end_allowed=adds)
        if op in (OperationType.ADD, OperationType.REPLACE, OperationType.TEST):
            value = _plain(step, value)
        operation = JsonPatchOperation(op=op, path=target, value=value)
        if from_path is not None:
            source = _pointer(step, from_path, end_allowed=False)
            if op is OperationType.MOVE and target.startswith(source + "/"):
                raise _problem(step, f"{source} cannot move into itself, to {target}")
            operation.from_ = source
        return JsonPatch((*self, operation))


def _pointer(step: str, path: object, *, end_allowed: bool) -> str:
    pointer = path if isinstance(path, str) else _spelled(step, path)
    if not pointer.startswith("/"):
        raise _problem(step, f"{pointer!r} is no pointer, which begins with '/'")
    if _BAD_ESCAPE.search(pointer):
        raise _problem(step, f"{pointer!r} has a '~' that is neither '~0' nor '~1'")
    parts = pointer.split("/")
    if _END in (parts[:-1] if end_allowed else parts):
        raise _problem(step, f"there is nothing yet at the '-' in {pointer!r}")
    return pointer


def _spelled(step: str, path: object) -> str:
    if not isinstance(path, tuple):
        raise _problem(step, "a path is a tuple or a text")
    parts: list[object] = [*path]
    if not parts:
        raise _problem(step, "an empty path is no place")
    return "".join(f"/{_spelled_part(step, part)}" for part in parts)


def _spelled_part(step: str, part: object) -> str:
    if isinstance(part, bool) or not isinstance(part, str | int):
        raise _problem(step, f"{part!r} is neither a name nor a position")
    if isinstance(part, int):
        if part < 0:
            raise _problem(step, f"{part} is no position; '-' is behind the last one")
        return str(part)
    if _PYTHON_NAME.fullmatch(part):
        first, *others = part.split("_")
        return first + "".join(word.capitalize() for word in others)
    # "~" first: the escape of "/" brings another one in. RFC 6901, section 4.
    return part.replace("~", "~0").replace("/", "~1")


def _plain(step: str, value: object) -> JsonValue:
    if value is UNSET:
        raise _problem(step, "a value is needed; None is sent as null")
    try:
        return encode_body(value, object)
    except InvalidData as error:
        problems = [f"{step}: {problem}" for problem in error.problems]
    raise RequestBuildError("json-patch", problems)


def _problem(step: str, reason: str) -> RequestBuildError:
    return RequestBuildError("json-patch", [f"{step}: {reason}"])
