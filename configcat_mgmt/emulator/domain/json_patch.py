"""JSON Patch (RFC 6902): all of it or nothing, with bounded work.

Source: https://www.rfc-editor.org/rfc/rfc6902 and, for pointers,
https://www.rfc-editor.org/rfc/rfc6901.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Final, TypeAlias, cast

import attrs

from configcat_mgmt.unset import UNSET

JsonNode: TypeAlias = (
    "bool | int | float | str | list[JsonNode] | dict[str, JsonNode] | None"
)
"""JSON data that can be changed in place."""

MAX_STEPS: Final = 1000
"""Most steps of one patch; a thousand reorder every rule of the largest flag."""

MAX_PARTS: Final = 100
"""Most parts of a pointer, several times those of the deepest value of the API."""

MAX_COPIED: Final = 1024 * 1024
"""Most that the `copy` steps of one patch may add, in characters; each value counts as
`_NODE_WEIGHT` more. Without it thirty steps that each double a list would fill the
memory."""

_NODE_WEIGHT: Final = 16

_INDEX = re.compile(r"0|[1-9][0-9]{0,8}")
_BAD_ESCAPE = re.compile(r"~(?![01])")


class PatchError(Exception):
    """A patch that cannot be applied; the document is as it was.

    Attributes:
        step: Position of the step at fault, from 0; None for the patch as a whole.
    """

    def __init__(self, message: str, step: int | None = None) -> None:
        """State the reason as a sentence."""
        super().__init__(message)
        self.step = step


@attrs.frozen
class PatchStep:
    """One step of a patch."""

    op: str
    path: str
    source: str | None = None
    """The `from` pointer of `move` and `copy`."""
    value: object = UNSET


def apply(document: object, steps: Sequence[PatchStep]) -> JsonNode:
    """Apply a patch to a copy of `document`.

    Args:
        document: Plain JSON data; it is not changed.
        steps: At most `MAX_STEPS` steps, applied in order.

    Returns:
        The patched document; it shares nothing with `document` or `steps`.

    Raises:
        PatchError: A step cannot be applied, a `test` failed, or the patch is too
            large. None of it is applied then.
    """
    if len(steps) > MAX_STEPS:
        message = f"A patch may have at most {MAX_STEPS} steps, not {len(steps)}."
        raise PatchError(message)
    work = _PatchRun(thaw(document))
    for number, step in enumerate(steps):
        try:
            work.take(step)
        except PatchError as error:
            raise PatchError(str(error), number) from None
        except RecursionError:
            message = "The patch nests values too deeply."
            raise PatchError(message, number) from None
    return work.document


def pointer_parts(pointer: str) -> tuple[str, ...]:
    """Split a JSON Pointer into its unescaped parts.

    Raises:
        PatchError: The text is no JSON Pointer, or has more than `MAX_PARTS` parts.
    """
    if not pointer:
        return ()
    if not pointer.startswith("/"):
        message = f"A path starts with a slash: {_quoted(pointer)}."
        raise PatchError(message)
    if pointer.count("/") > MAX_PARTS:
        message = f"A path may have at most {MAX_PARTS} parts: {_quoted(pointer)}."
        raise PatchError(message)
    if _BAD_ESCAPE.search(pointer):
        message = f"A tilde in a path is written ~0 and a slash ~1: {_quoted(pointer)}."
        raise PatchError(message)
    parts = pointer[1:].split("/")
    return tuple(part.replace("~1", "/").replace("~0", "~") for part in parts)


def thaw(value: object) -> JsonNode:
    """Copy plain JSON data into data that can be changed in place."""
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, Mapping):
        members = cast("Mapping[str, object]", value)
        return {name: thaw(member) for name, member in members.items()}
    if isinstance(value, Sequence):
        return [thaw(item) for item in cast("Sequence[object]", value)]
    message = f"Not JSON: {type(value).__name__}."
    raise PatchError(message)


def equal(left: JsonNode, right: JsonNode) -> bool:
    """Compare as JSON does: 1 equals 1.0, but true does not equal 1."""
    if isinstance(left, bool) or isinstance(right, bool):
        return left is right
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(
            equal(member, right[name]) for name, member in left.items()
        )
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(map(equal, left, right))
    return left == right


def _weight(value: JsonNode) -> int:
    if isinstance(value, str):
        return _NODE_WEIGHT + len(value)
    if isinstance(value, dict):
        members = value.items()
        return _NODE_WEIGHT + sum(len(name) + _weight(item) for name, item in members)
    if isinstance(value, list):
        return _NODE_WEIGHT + sum(map(_weight, value))
    return _NODE_WEIGHT


def _quoted(text: str) -> str:
    limit = 80
    return repr(text if len(text) <= limit else text[:limit] + "...")


class _PatchRun:
    """A document while it is being patched."""

    def __init__(self, document: JsonNode) -> None:
        self.document = document
        self._copied = 0

    def take(self, step: PatchStep) -> None:
        path = pointer_parts(step.path)
        match step.op:
            case "add":
                self._add(path, self._given(step))
            case "remove":
                self._take_out(path)
            case "replace":
                value = self._given(step)
                self._find(path)
                if path and isinstance(self._find(path[:-1]), list):
                    self._take_out(path)
                self._add(path, value)
            case "move":
                self._move(self._source(step), path)
            case "copy":
                self._copy(self._source(step), path)
            case "test":
                if not equal(self._find(path), self._given(step)):
                    message = f"The test of {_quoted(step.path)} failed."
                    raise PatchError(message)
            case _:
                message = f"Unknown patch operation {_quoted(step.op)}."
                raise PatchError(message)

    def _given(self, step: PatchStep) -> JsonNode:
        if step.value is UNSET:
            message = f"The operation {step.op} needs the member value."
            raise PatchError(message)
        return thaw(step.value)

    def _source(self, step: PatchStep) -> tuple[str, ...]:
        if step.source is None:
            message = f"The operation {step.op} needs the member from."
            raise PatchError(message)
        return pointer_parts(step.source)

    def _find(self, path: Sequence[str]) -> JsonNode:
        node = self.document
        for part in path:
            if isinstance(node, dict):
                if part not in node:
                    raise _missing(path)
                node = node[part]
            elif isinstance(node, list):
                node = node[_position(part, len(node) - 1, path)]
            else:
                raise _missing(path)
        return node

    def _add(self, path: Sequence[str], value: JsonNode) -> None:
        if not path:
            self.document = value
            return
        parent, last = self._find(path[:-1]), path[-1]
        if isinstance(parent, dict):
            parent[last] = value
        elif isinstance(parent, list):
            end = len(parent)
            parent.insert(end if last == "-" else _position(last, end, path), value)
        else:
            raise _missing(path)

    def _take_out(self, path: Sequence[str]) -> JsonNode:
        if not path:
            message = "The whole document cannot be removed."
            raise PatchError(message)
        value = self._find(path)
        parent, last = self._find(path[:-1]), path[-1]
        if isinstance(parent, dict):
            del parent[last]
        elif isinstance(parent, list):
            del parent[int(last)]
        return value

    def _move(self, source: tuple[str, ...], path: tuple[str, ...]) -> None:
        if path[: len(source)] == source:
            self._find(source)
            if path != source:
                message = "A value cannot be moved into itself."
                raise PatchError(message)
            return
        self._add(path, self._take_out(source))

    def _copy(self, source: tuple[str, ...], path: tuple[str, ...]) -> None:
        value = self._find(source)
        self._copied += _weight(value)
        if self._copied > MAX_COPIED:
            message = "The patch copies too much."
            raise PatchError(message)
        self._add(path, thaw(value))


def _missing(path: Sequence[str]) -> PatchError:
    return PatchError(f"The path {_quoted('/' + '/'.join(path))} does not exist.")


def _position(part: str, last: int, path: Sequence[str]) -> int:
    if not _INDEX.fullmatch(part) or int(part) > last:
        raise _missing(path)
    return int(part)
