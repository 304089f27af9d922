"""Public names: where each can be imported, and that each is documented."""

import ast
import importlib
import inspect
import re
import subprocess
import sys
import types
from collections.abc import Iterator
from typing import Any, Final

import pytest

import configcat_mgmt
from configcat_mgmt import errors, models
from tests.every import every
from tests.imports_read import FOLDER
from tests.public_annotations import exported, mentions, unreachable
from tests.schema import described
from tests.syntax import parsed

FACE: Final = parsed(FOLDER / "__init__.py")
FACE_NAMES: Final[dict[str, Any]] = vars(configcat_mgmt)
LAZY: Final[dict[str, str]] = FACE_NAMES["_LAZY"]
OTHER_NAMES: Final = frozenset(
    [
        "aio",
        "base_url",
        "call",
        "call_raw",
        "change_value",
        "close",
        "closed",
        "find_created",
        "options",
        "portal",
        "request",
        "with_options",
    ]
)
"""The attributes of clients that are no groups."""


def test_every_public_name_is_there() -> None:
    for name in configcat_mgmt.__all__:
        assert getattr(configcat_mgmt, name) is not None


def test_a_star_import_gives_exactly_the_public_names() -> None:
    names: dict[str, object] = {}
    exec("from configcat_mgmt import *", names)  # noqa: S102
    assert {*names} - {"__builtins__"} == {*configcat_mgmt.__all__}


def test_the_public_names_are_errors_lazy_names_and_three_more() -> None:
    wanted = {*errors.__all__, *LAZY, "UNSET", "UnsetType", "__version__"}
    assert {*configcat_mgmt.__all__} == wanted
    assert len(configcat_mgmt.__all__) == len(wanted)
    assert dir(configcat_mgmt) == sorted(wanted)


def test_a_name_that_is_not_public_is_an_attribute_error() -> None:
    misspelt = "Clinet"
    with pytest.raises(AttributeError, match=r"'configcat_mgmt' .* 'Clinet'"):
        getattr(configcat_mgmt, misspelt)


def test_checkers_see_the_names_that_load_late_where_they_are() -> None:
    (block,) = (node for node in FACE.body if isinstance(node, ast.If))
    assert ast.unparse(block.test) == "TYPE_CHECKING"
    seen: dict[str, str] = {}
    for statement in block.body:
        assert isinstance(statement, ast.ImportFrom)
        place = str(statement.module).removeprefix("configcat_mgmt").removeprefix(".")
        for alias in statement.names:
            assert alias.asname is None
            seen[alias.name] = place
    assert seen == LAZY


@every("name", sorted(LAZY))
def test_a_name_that_loads_late_is_that_of_its_module(name: str) -> None:
    place = LAZY[name]
    found = getattr(configcat_mgmt, name)
    if place:
        module = importlib.import_module(f"configcat_mgmt.{place}")
        assert found is getattr(module, name)
    else:
        assert found is importlib.import_module(f"configcat_mgmt.{name}")


def test_the_face_of_the_package_defines_nothing_of_its_own() -> None:
    defined = [
        node.name
        for node in FACE.body
        if isinstance(node, (ast.FunctionDef, ast.ClassDef, ast.AsyncFunctionDef))
    ]
    assert defined == ["__getattr__", "__dir__"]


def test_the_models_are_those_of_the_description() -> None:
    assert sorted(models.__all__) == sorted(described().model_names())
    for name in models.__all__:
        assert getattr(models, name) is not None
    public = {name for name in vars(models) if name.isidentifier()}
    public = {name for name in public if name[0] != "_"}
    assert public - {"model_index"} == {*models.__all__}


def test_every_error_is_public() -> None:
    defined = {
        name
        for name, value in vars(errors).items()
        if isinstance(value, type) and issubclass(value, BaseException)
    }
    assert defined == {*errors.__all__}
    assert defined <= {*configcat_mgmt.__all__}
    for name in defined:
        assert getattr(configcat_mgmt, name) is getattr(errors, name)


def test_the_tree_of_errors_is_drawn_as_it_is() -> None:
    drawn: dict[str, str] = {}
    trail: list[tuple[int, str]] = []
    lines = (errors.__doc__ or "").split("\n\n")[1].splitlines()
    for line in lines:
        depth = len(line) - len(line.lstrip())
        names = [n for n in re.findall(r"[A-Z]\w+", line) if n in errors.__all__]
        trail = [(d, name) for d, name in trail if d < depth]
        for name in names:
            drawn[name] = trail[-1][1] if trail else "Exception"
        trail.append((depth, names[0]))
    bases = {name: getattr(errors, name).__bases__[0].__name__ for name in drawn}
    assert drawn == bases
    assert {*drawn} == {*errors.__all__}


def test_everything_public_has_a_docstring() -> None:
    found = [
        f"{path.relative_to(FOLDER)}: {name}"
        for path in sorted(FOLDER.rglob("*.py"))
        for name in _unexplained(parsed(path))
    ]
    assert found == []


def test_inherited_methods_of_the_clients_have_docstrings() -> None:
    for kind in (configcat_mgmt.AsyncManagementClient, configcat_mgmt.ManagementClient):
        for name in dir(kind):
            if name[0] != "_":
                assert inspect.getdoc(inspect.getattr_static(kind, name)), name


def test_everything_that_public_annotations_mention_can_be_imported() -> None:
    public = exported()
    assert unreachable(public, public) == {}


@pytest.mark.parametrize(
    ("hidden", "mentioned_by"),
    [
        ("jobs.model.snapshot.UserCondition", "jobs.model.snapshot.Condition"),
        ("jobs.applying.report.StepOutcome", "jobs.applying.options.ApplyProgress"),
        ("api.aio.tags.AsyncTags", "api.sync.tags.Tags"),
        ("core.pacing.limits.RateLimit", "core.options.LimitsArgument"),
        ("emulator.server.counts.Counts", "emulator.emulator.Emulator"),
        ("unset.UnsetType", "values.TypedValue"),
    ],
)
def test_an_annotation_that_nobody_can_import_is_found(
    hidden: str, mentioned_by: str
) -> None:
    """Members of an alias, fields, properties, arguments and overloads are walked."""
    home, _, name = f"configcat_mgmt.{hidden}".rpartition(".")
    public = exported()
    missing = unreachable(public, public - {(home, name)})
    assert [*missing] == [(home, name)]
    assert missing[home, name].startswith("configcat_mgmt.")
    assert (home, name) in [
        found
        for found, _ in mentions(
            tuple(f"configcat_mgmt.{mentioned_by}".rsplit(".", 1))  # type: ignore[arg-type]
        )
    ]


def test_the_package_says_that_it_is_typed() -> None:
    assert (FOLDER / "py.typed").is_file()


def test_the_package_runs_as_a_module() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "configcat_mgmt", "--version"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert configcat_mgmt.__version__ in done.stdout


def _unexplained(scope: ast.Module | ast.ClassDef) -> Iterator[str]:
    """Give the public classes, functions and methods without a docstring."""
    functions = (ast.FunctionDef, ast.AsyncFunctionDef)
    if isinstance(scope, ast.Module) and not ast.get_docstring(scope):
        yield "the module"
    for node in scope.body:
        if not isinstance(node, (*functions, ast.ClassDef)) or node.name[0] == "_":
            continue
        decorators = {ast.unparse(decorator) for decorator in node.decorator_list}
        setter = any(text.endswith((".setter", ".deleter")) for text in decorators)
        if not setter and "overload" not in decorators and not ast.get_docstring(node):
            yield node.name
        if isinstance(node, ast.ClassDef):
            yield from (f"{node.name}.{name}" for name in _unexplained(node))


def test_no_module_shows_up_under_a_public_name_by_accident() -> None:
    for name in configcat_mgmt.__all__:
        if isinstance(getattr(configcat_mgmt, name), types.ModuleType):
            assert LAZY[name] == ""


def test_completion_on_a_client_shows_the_groups_and_nothing_private() -> None:
    groups = {operation.group for operation in configcat_mgmt.OPERATIONS.values()}
    assert len(groups) == 21
    for kind in (configcat_mgmt.AsyncManagementClient, configcat_mgmt.ManagementClient):
        shown = {name for name in dir(kind("user", "password")) if name[0] != "_"}
        assert groups <= shown
        assert shown - groups <= OTHER_NAMES
