"""Reads from the source which module of the package imports what."""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import attrs

from tests.syntax import parsed

PACKAGE: Final = "configcat_mgmt"
FOLDER: Final = Path(__file__).parent.parent / PACKAGE


@attrs.frozen
class Module:
    """One file of the package."""

    name: str
    """Dotted, without the name of the package; empty for its `__init__`."""
    path: Path
    inside: frozenset[str]
    """Names of the modules of the package that it imports, wherever in the file."""
    outside: frozenset[str]
    """First parts of the names of other modules that it imports."""


def modules() -> dict[str, Module]:
    """Return all modules of the package by name."""
    paths = {_name(path): path for path in sorted(FOLDER.rglob("*.py"))}
    return {name: _read(name, path, frozenset(paths)) for name, path in paths.items()}


def circle(graph: dict[str, frozenset[str]]) -> list[str]:
    """Return the names along one circle of a graph, nothing if there is none."""
    done: set[str] = set()

    def visit(name: str, trail: list[str]) -> list[str]:
        if name in trail:
            return [*trail[trail.index(name) :], name]
        if name in done:
            return []
        for target in sorted(graph.get(name, ())):
            found = visit(target, [*trail, name])
            if found:
                return found
        done.add(name)
        return []

    for name in sorted(graph):
        found = visit(name, [])
        if found:
            return found
    return []


def _name(path: Path) -> str:
    parts = path.relative_to(FOLDER).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _read(name: str, path: Path, known: frozenset[str]) -> Module:
    tree = parsed(path)
    inside: set[str] = set()
    outside: set[str] = set()
    for node in _statements(tree):
        for target, part in _targets(node):
            if target.split(".")[0] != PACKAGE:
                outside.add(target.split(".")[0])
                continue
            base = target.removeprefix(PACKAGE).removeprefix(".")
            longer = f"{base}.{part}" if base else part
            inside.add(longer if longer in known else base)
    return Module(name, path, frozenset(inside), frozenset(outside))


def _statements(node: ast.AST) -> Iterator[ast.stmt]:
    """Give all statements, at any depth; to skip expressions saves most of the time."""
    for field in ("body", "orelse", "finalbody", "handlers", "cases"):
        for inner in getattr(node, field, ()):
            if isinstance(inner, ast.stmt):
                yield inner
            yield from _statements(inner)


def _targets(node: ast.AST) -> Iterator[tuple[str, str]]:
    """Give each module that a statement names, and the name imported from it."""
    if isinstance(node, ast.Import):
        for alias in node.names:
            yield alias.name, ""
    elif isinstance(node, ast.ImportFrom):
        if node.level or node.module is None:
            raise ValueError("a relative import: the package spells its imports out")
        for alias in node.names:
            yield node.module, alias.name
