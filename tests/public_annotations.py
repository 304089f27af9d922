"""Follows the annotations of everything public, and finds names nobody can import.

The walk reads the source, because at run time a type alias is no longer there by name.
"""

import ast
import importlib
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Final, TypeAlias

from tests.imports_read import FOLDER, PACKAGE
from tests.syntax import parsed, parsed_text

FACES: Final = (
    PACKAGE,
    f"{PACKAGE}.models",
    f"{PACKAGE}.jobs",
    f"{PACKAGE}.jobs.launchdarkly",
    f"{PACKAGE}.emulator",
    f"{PACKAGE}.webhooks",
    f"{PACKAGE}.values",
)
"""The modules that users import from."""

Place: TypeAlias = tuple[str, str]
"""A module of the package and a name that it defines."""

INTERNAL: Final[frozenset[Place]] = frozenset(
    {(f"{PACKAGE}.emulator.domain.state", "State")}
)
"""Definitions behind a public attribute that is documented as internal."""

_SPECIAL: Final = frozenset(
    [
        "__init__",
        "__enter__",
        "__exit__",
        "__aenter__",
        "__aexit__",
        "__call__",
        "__getitem__",
        "__iter__",
        "__aiter__",
        "__len__",
        "__contains__",
        "__eq__",
    ]
)
_FUNCTIONS: Final = (ast.FunctionDef, ast.AsyncFunctionDef)


def exported(faces: Sequence[str] = FACES) -> set[Place]:
    """Return where each name that a face exports is defined."""
    found: set[Place] = set()
    for face in faces:
        module = importlib.import_module(face)
        found |= {_origin(face, name) for name in module.__all__}
    return found


def unreachable(roots: set[Place], public: set[Place]) -> dict[Place, str]:
    """Walk from public definitions to everything that their annotations mention.

    Args:
        roots: Where to begin.
        public: The definitions that users can import.

    Returns:
        Each mentioned definition of the package that is not public, with the place
        that mentions it.
    """
    missing: dict[Place, str] = {}
    seen = set(roots)
    queue = sorted(roots)
    while queue:
        place = queue.pop()
        for mentioned, is_base in mentions(place):
            if mentioned in INTERNAL:
                continue
            if not is_base and mentioned not in public:
                missing.setdefault(mentioned, ".".join(place))
            if mentioned not in seen:
                seen.add(mentioned)
                queue.append(mentioned)
    return missing


def mentions(place: Place) -> Iterator[tuple[Place, bool]]:
    """Give the definitions of the package that a definition mentions publicly.

    A base class needs no public name of its own, but its members are walked, so each
    definition comes with whether it is a base.
    """
    module, name = place
    tree, _ = _source(module)
    for node in tree.body:
        if isinstance(node, ast.ClassDef) and node.name == name:
            for base in node.bases:
                yield from ((found, True) for found in _resolved(base, module))
        for annotation in _annotations_of(node, name):
            yield from ((found, False) for found in _resolved(annotation, module))


def _annotations_of(node: ast.stmt, name: str) -> Iterator[ast.expr]:
    """Give the annotations, bases and alias values of a definition in a module."""
    if isinstance(node, _FUNCTIONS) and node.name == name:
        yield from _signature(node)
    elif isinstance(node, ast.ClassDef) and node.name == name:
        yield from _class_annotations(node)
    elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
        if node.target.id == name:
            yield node.annotation
            if "TypeAlias" in ast.unparse(node.annotation) and node.value is not None:
                yield node.value
    elif isinstance(node, ast.Assign) and isinstance(
        node.value, (ast.Subscript, ast.BinOp, ast.Name, ast.Attribute)
    ):
        names = [one.id for one in node.targets if isinstance(one, ast.Name)]
        if name in names:
            yield node.value


def _class_annotations(node: ast.ClassDef) -> Iterator[ast.expr]:
    for member in node.body:
        if isinstance(member, ast.AnnAssign) and _is_public(member.target):
            yield member.annotation
        elif isinstance(member, _FUNCTIONS) and (
            member.name[0] != "_" or member.name in _SPECIAL
        ):
            yield from _signature(member)
            yield from _attributes(member)


def _signature(node: ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[ast.expr]:
    given = node.args
    extra = [one for one in (given.vararg, given.kwarg) if one is not None]
    for one in (*given.posonlyargs, *given.args, *given.kwonlyargs, *extra):
        if one.annotation is not None:
            yield one.annotation
    if node.returns is not None:
        yield node.returns


def _attributes(node: ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[ast.expr]:
    """Give the annotations of public attributes that a method sets."""
    for statement in ast.walk(node):
        if isinstance(statement, ast.AnnAssign):
            if isinstance(statement.target, ast.Attribute) and _is_public(
                statement.target
            ):
                yield statement.annotation
        elif isinstance(statement, ast.Assign):
            # The class of an attribute that is made on the spot.
            made = statement.value
            if isinstance(made, ast.Call) and _is_class(made.func):
                for target in statement.targets:
                    if isinstance(target, ast.Attribute) and _is_public(target):
                        yield made.func


def _is_class(function: ast.expr) -> bool:
    return ast.unparse(function).rpartition(".")[2][0].isupper()


def _is_public(target: ast.expr) -> bool:
    if isinstance(target, ast.Name):
        return target.id[0] != "_"
    return isinstance(target, ast.Attribute) and target.attr[0] != "_"


def _resolved(annotation: ast.expr, module: str) -> Iterator[Place]:
    """Give the definitions of the package that the names in an annotation mean."""
    literals = {
        id(inner)
        for node in ast.walk(annotation)
        if isinstance(node, ast.Subscript) and ast.unparse(node.value) == "Literal"
        for inner in ast.walk(node.slice)
    }
    for node in ast.walk(annotation):
        if id(node) in literals:
            continue
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            (expression,) = parsed_text(node.value).body
            assert isinstance(expression, ast.Expr)
            yield from _resolved(expression.value, module)
        elif isinstance(node, ast.Name):
            yield from _named(module, node.id)
        elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            for home, _ in _named(module, node.value.id, of_module=True):
                yield from _named(home, node.attr)


def _named(module: str, name: str, *, of_module: bool = False) -> Iterator[Place]:
    origin = _origin(module, name)
    home, there = origin
    if not home.startswith(PACKAGE):
        return
    is_module = not there
    if is_module == of_module and (is_module or not _is_type_variable(origin)):
        yield origin


def _is_type_variable(place: Place) -> bool:
    value: object = getattr(importlib.import_module(place[0]), place[1], None)
    return type(value).__name__ in ("TypeVar", "ParamSpec")


@cache
def _origin(module: str, name: str) -> Place:
    """Return the module that defines a name, and its name there; `""` for a module."""
    tree, imports = _source(module)
    if name in imports:
        home, there = imports[name]
        if not home.startswith(PACKAGE):
            return home, there
        if _path(f"{home}.{there}") is not None:
            return f"{home}.{there}", ""
        return _origin(home, there)
    if _defines(tree, name):
        return module, name
    for home in _starred(tree):
        if name in importlib.import_module(home).__all__:
            return _origin(home, name)
    return "", name


def _defines(tree: ast.Module, name: str) -> bool:
    for node in tree.body:
        if isinstance(node, (*_FUNCTIONS, ast.ClassDef)) and node.name == name:
            return True
        targets = node.targets if isinstance(node, ast.Assign) else []
        if isinstance(node, ast.AnnAssign):
            targets = [node.target]
        if any(isinstance(one, ast.Name) and one.id == name for one in targets):
            return True
    return False


def _starred(tree: ast.Module) -> Iterator[str]:
    for node in tree.body:
        if isinstance(node, ast.ImportFrom) and node.names[0].name == "*":
            yield str(node.module)


@cache
def _source(module: str) -> tuple[ast.Module, dict[str, tuple[str, str]]]:
    """Return the syntax tree of a module, and its imports by the name they bind."""
    path = _path(module)
    if path is None:
        return ast.Module([], []), {}
    tree = parsed(path)
    imports: dict[str, tuple[str, str]] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            for alias in node.names:
                imports[alias.asname or alias.name] = (str(node.module), alias.name)
        elif isinstance(node, ast.Import):
            for alias in node.names:
                imports[alias.asname or alias.name] = (alias.name, "")
    return tree, imports


def _path(module: str) -> Path | None:
    parts = module.split(".")
    if parts[0] != PACKAGE:
        return None
    path = FOLDER.joinpath(*parts[1:])
    for one in (path.with_suffix(".py"), path / "__init__.py"):
        if one.is_file():
            return one
    return None
