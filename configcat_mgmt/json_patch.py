"""Builds JSON Patch bodies step by step, without hand-written pointers.

    patch = (
        JsonPatch()
        .replace(("defaultValue", "boolValue"), True)
        .move(("targetingRules", 2), ("targetingRules", 0))
        .add(("targetingRules", "-"), rule)
    )
    await client.setting_values_v2.update_setting_value_v2(env, setting, patch)

The service applies the steps in order, so each position in a list counts after the
earlier steps. In a patch of a setting, `tags` holds ids of tags, although a response
holds whole tags: `.add(("tags", "-"), tag.tag_id).remove(("tags", 0))`.

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

Positions count from 0; `"-"` is the position after the last item, for adding. Names are
JSON names, and the Python name of an attribute (`targeting_rules`) is converted to one.
No field of the API has an underscore in its JSON name; for another key that has one,
give the whole path as a pointer.
"""

_PYTHON_NAME: Final = re.compile(r"[a-z][a-z0-9]*(?:_[a-z0-9]+)+")
_BAD_ESCAPE: Final = re.compile(r"~(?![01])")
_END: Final = "-"
"""The position after the last item of a list."""


class JsonPatch(tuple[JsonPatchOperation, ...]):
    """The steps of a patch; each method returns a new patch with one more step.

    A patch is a tuple of `JsonPatchOperation`; pass it as the body of a call.

    Every method raises `RequestBuildError` for an invalid path: a part that is neither
    a name nor a position, a negative position, `-` where an item must exist, an invalid
    escape, or a move of a value into itself. It also raises for a value that is UNSET,
    that has no JSON form, or that is a model beyond its limits. Values become JSON data
    at once, so later changes of a model do not affect the patch.
    """

    __slots__ = ()

    def __new__(cls, steps: Iterable[JsonPatchOperation] = ()) -> "JsonPatch":
        """Start a patch, empty or with the steps given."""
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
        """Remove a field or a list item; the later items move up.

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
        """Move a value from one place to another.

        Args:
            from_path: The source; it must exist.
            to_path: The target, with positions as they are after the removal.
        """
        return self._with(OperationType.MOVE, to_path, from_path=from_path)

    def copy(self, from_path: PatchPath, to_path: PatchPath) -> "JsonPatch":
        """Copy the value of one place to another.

        Args:
            from_path: The source; it must exist.
            to_path: The target.
        """
        return self._with(OperationType.COPY, to_path, from_path=from_path)

    def test(self, path: PatchPath, value: object) -> "JsonPatch":
        """Make the whole patch fail unless a place holds this value.

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
        raise _problem(step, f"{pointer!r} is not a pointer, which starts with '/'")
    if _BAD_ESCAPE.search(pointer):
        raise _problem(step, f"{pointer!r} has a '~' that is neither '~0' nor '~1'")
    parts = pointer.split("/")
    if _END in (parts[:-1] if end_allowed else parts):
        raise _problem(step, f"there is no item yet at the '-' in {pointer!r}")
    return pointer


def _spelled(step: str, path: object) -> str:
    if not isinstance(path, tuple):
        raise _problem(step, "a path must be a tuple or text")
    parts: list[object] = [*path]
    if not parts:
        raise _problem(step, "the path is empty")
    return "".join(f"/{_spelled_part(step, part)}" for part in parts)


def _spelled_part(step: str, part: object) -> str:
    if isinstance(part, bool) or not isinstance(part, str | int):
        raise _problem(step, f"{part!r} is neither a name nor a position")
    if isinstance(part, int):
        if part < 0:
            raise _problem(
                step, f"{part} is not a position; '-' is the one after the last item"
            )
        return str(part)
    if _PYTHON_NAME.fullmatch(part):
        first, *others = part.split("_")
        return first + "".join(word.capitalize() for word in others)
    # Escape "~" first, since the escape of "/" contains one. RFC 6901, section 4.
    return part.replace("~", "~0").replace("/", "~1")


def _plain(step: str, value: object) -> JsonValue:
    if value is UNSET:
        raise _problem(step, "the value is UNSET; None sends null")
    try:
        return encode_body(value, object)
    except InvalidData as error:
        problems = [f"{step}: {problem}" for problem in error.problems]
    raise RequestBuildError("json-patch", problems)


def _problem(step: str, reason: str) -> RequestBuildError:
    return RequestBuildError("json-patch", [f"{step}: {reason}"])
