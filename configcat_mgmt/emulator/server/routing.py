"""From method and path to an operation, as the service's router would find it."""

import re
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from typing import Final
from urllib.parse import unquote
from uuid import UUID

import attrs

from configcat_mgmt.api.operation_index import OPERATIONS
from configcat_mgmt.core.operation import Operation, Parameter

_UUID = re.compile(
    r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}|[0-9a-fA-F]{32}"
)
_INTEGER = re.compile(r"-?[0-9]{1,19}", re.ASCII)
_MOST_KNOWN: Final = 1024
"""Paths that are remembered; the same ones are asked for again and again."""
_BITS: Final = {"int32": 31, "int64": 63}


class NoSuchPathError(Exception):
    """No operation has this path, or a value in it is not of the needed kind."""


class WrongMethodError(Exception):
    """The path is known, but not with this method.

    Attributes:
        allowed: The methods that are.
    """

    def __init__(self, allowed: tuple[str, ...]) -> None:
        """List the methods that are."""
        super().__init__(", ".join(allowed))
        self.allowed = allowed


@attrs.frozen
class Match:
    """An operation that a request means."""

    operation: Operation[object]
    values: Mapping[str, object]
    """Path values by the Python names of their parameters."""


def read_uuid(text: str) -> UUID:
    """Read a UUID, with hyphens or without.

    Raises:
        ValueError: The text is not one.
    """
    if not _UUID.fullmatch(text):
        raise ValueError(text)
    return UUID(text)


def read_integer(text: str, format_name: str | None) -> int:
    """Read a whole number that fits `int32` or `int64`.

    Raises:
        ValueError: The text is not a number, or out of range.
    """
    if not _INTEGER.fullmatch(text):
        raise ValueError(text)
    number = int(text)
    limit = 1 << _BITS[format_name or "int64"]
    if not -limit <= number < limit:
        raise ValueError(text)
    return number


def _reader(parameter: Parameter) -> Callable[[str], object]:
    if parameter.type is UUID:
        return read_uuid
    if parameter.type is int:
        return lambda text: read_integer(text, parameter.format)
    return str


@attrs.frozen
class _Route:
    operation: Operation[object]
    readers: tuple[tuple[str, Callable[[str], object]], ...]
    """Python name and reader of each path value, in the order of the path."""

    def values(self, texts: list[str]) -> dict[str, object] | None:
        """Read the path values; None if one is not of its parameter's kind."""
        try:
            return {
                name: read(text)
                for (name, read), text in zip(self.readers, texts, strict=True)
            }
        except ValueError:
            return None


class _Node:
    """A place in the tree of all paths."""

    def __init__(self) -> None:
        self.literals: dict[str, _Node] = {}
        self.parameter: _Node | None = None
        self.routes: dict[str, _Route] = {}
        """By method."""


class Router:
    """Finds operations by method and raw path.

    Literal parts match in any case, one trailing slash is ignored, and each part is
    percent-decoded exactly once after the path was split, so that `%2F` stays inside
    its part. Source: https://learn.microsoft.com/aspnet/core/fundamentals/routing.
    """

    def __init__(self, operations: Iterable[Operation[object]]) -> None:
        """Build the tree of all paths."""
        self._root = _Node()
        self._known: dict[tuple[str, str], Match] = {}
        for operation in operations:
            self._add(operation)

    def match(self, method: str, raw_path: str) -> Match:
        """Find the operation of a request.

        Args:
            method: Such as `GET`.
            raw_path: Path without the query, percent-encoded as it was sent.

        Raises:
            NoSuchPathError: Nothing has this path.
            WrongMethodError: Something has, but not with this method.
        """
        known = self._known.get((method, raw_path))
        if known is not None:
            return known
        match = self._find(method, raw_path)
        if len(self._known) >= _MOST_KNOWN:
            self._known.clear()
        self._known[method, raw_path] = match
        return match

    def _find(self, method: str, raw_path: str) -> Match:
        parts = _parts(raw_path)
        reached = list(_leaves(self._root, parts, 0, []))
        for node, texts in reached:
            route = node.routes.get(method)
            if route is not None:
                values = route.values(texts)
                if values is not None:
                    return Match(route.operation, values)
        allowed = {
            other
            for node, texts in reached
            for other, route in node.routes.items()
            if route.values(texts) is not None
        }
        if allowed:
            raise WrongMethodError(tuple(sorted(allowed)))
        raise NoSuchPathError(raw_path)

    def _add(self, operation: Operation[object]) -> None:
        parameters = {
            parameter.wire_name: parameter
            for parameter in operation.parameters
            if parameter.location == "path"
        }
        node = self._root
        readers: list[tuple[str, Callable[[str], object]]] = []
        for part in operation.path[1:].split("/"):
            if part.startswith("{"):
                parameter = parameters[part[1:-1]]
                readers.append((parameter.name, _reader(parameter)))
                if node.parameter is None:
                    node.parameter = _Node()
                node = node.parameter
            else:
                node = node.literals.setdefault(part.lower(), _Node())
        node.routes[operation.method] = _Route(operation, tuple(readers))


@cache
def all_routes() -> Router:
    """Return the router of all operations, which all emulators of a process share."""
    return Router(OPERATIONS.values())


def _parts(raw_path: str) -> list[str]:
    if not raw_path.startswith("/"):
        raise NoSuchPathError(raw_path)
    parts = raw_path[1:].split("/")
    if len(parts) > 1 and not parts[-1]:
        del parts[-1]
    if "%" in raw_path:
        try:
            parts = [unquote(part, errors="strict") for part in parts]
        except UnicodeDecodeError:
            raise NoSuchPathError(raw_path) from None
    for part in parts:
        if part in {"", ".", ".."} or "\0" in part:
            raise NoSuchPathError(raw_path)
    return parts


def _leaves(
    node: _Node, parts: list[str], depth: int, texts: list[str]
) -> "Iterable[tuple[_Node, list[str]]]":
    """Go down the tree, literal parts before parameters."""
    if depth == len(parts):
        if node.routes:
            yield node, texts
        return
    part = parts[depth]
    literal = node.literals.get(part.lower())
    if literal is not None:
        yield from _leaves(literal, parts, depth + 1, texts)
    if node.parameter is not None:
        yield from _leaves(node.parameter, parts, depth + 1, [*texts, part])
