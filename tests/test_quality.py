"""The sources keep the rules: form, types, sizes, and nothing waved through."""

import ast
import io
import os
import re
import subprocess
import sys
import tokenize
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

ROOT: Final = Path(__file__).parent.parent
PACKAGE: Final = ROOT / "configcat_mgmt"
GENERATED: Final = sorted((PACKAGE / "api").rglob("*.py"))
HAND_WRITTEN: Final = sorted({*PACKAGE.rglob("*.py")} - {*GENERATED})
TESTS: Final = sorted((ROOT / "tests").rglob("*.py"))
BENCHMARKS: Final = sorted((ROOT / "benchmarks").rglob("*.py"))
TEXTS: Final = [
    *sorted(ROOT.glob("*.md")),
    *sorted(ROOT.glob("*.toml")),
    *HAND_WRITTEN,
    *GENERATED,
    *TESTS,
    *BENCHMARKS,
]

FOLDERS: Final = ("configcat_mgmt", "tests", "benchmarks")
"""Where there is Python; the examples of the README are set for reading."""

MOST_LINES: Final = 400
MOST_LINES_OF_A_FUNCTION: Final = 60
CHECKER_IGNORE: Final = re.compile(r"#\s*(type:\s*ignore|pyright:|mypy:)")
ANY_IGNORE: Final = re.compile(r"#\s*(type:\s*ignore|pyright:|mypy:|noqa|ruff:|fmt:)")
FOREIGN_PLACE: Final = re.compile(r"/(work|tmp|root|home)/\w")
"""A path that only one machine has."""

Function = ast.FunctionDef | ast.AsyncFunctionDef


@pytest.fixture(scope="module")
def demanding() -> set[str]:
    return demanding_names()


def run(*arguments: str) -> str:
    """Run a module of Python in the root of the project; return what it said."""
    done = subprocess.run(
        [sys.executable, "-m", *arguments],
        cwd=ROOT,
        env={**os.environ, "PYRIGHT_PYTHON_IGNORE_WARNINGS": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    said = done.stdout + done.stderr
    assert done.returncode == 0, said
    return said


def test_the_formatter_has_nothing_to_do() -> None:
    run("ruff", "format", "--check", *FOLDERS)


def test_the_linter_has_nothing_to_say() -> None:
    run("ruff", "check", *FOLDERS)


def test_mypy_agrees() -> None:
    assert "no issues found" in run("mypy", "configcat_mgmt", "tests/typing")


def test_pyright_agrees() -> None:
    assert "0 errors, 0 warnings" in run("pyright", "--pythonpath", sys.executable)


def test_the_generated_files_are_up_to_date() -> None:
    run("configcat_mgmt.codegen", "--check")


@pytest.mark.parametrize("path", GENERATED, ids=str)
def test_generated_code_waves_nothing_through(path: Path) -> None:
    assert [text for text in comments(path) if ANY_IGNORE.search(text)] == []


@pytest.mark.parametrize("path", HAND_WRITTEN, ids=lambda path: path.stem)
def test_the_package_tells_type_checkers_nothing_but_types(path: Path) -> None:
    assert [text for text in comments(path) if CHECKER_IGNORE.search(text)] == []


@pytest.mark.parametrize(
    "path", [*HAND_WRITTEN, *TESTS, *BENCHMARKS], ids=lambda path: path.stem
)
def test_files_and_functions_are_of_a_readable_size(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= MOST_LINES
    long = {
        function.name: length
        for function in functions(ast.parse(text))
        if (length := (function.end_lineno or 0) - function.lineno + 1)
        > MOST_LINES_OF_A_FUNCTION
    }
    assert long == {}


@pytest.mark.parametrize("path", TESTS, ids=lambda path: path.stem)
def test_every_test_demands_something(path: Path, demanding: set[str]) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    tests = {f.name for f in functions(tree) if f.name.startswith("test_")}
    assert tests - demanding == set()


@pytest.mark.parametrize("path", TESTS, ids=lambda path: path.stem)
def test_no_test_is_left_out_or_waits_for_the_clock(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    named = {ast.unparse(node) for node in ast.walk(tree) if is_name(node)}
    marks = {"mark.skip", "mark.xfail", "skip", "importorskip", "xfail"}
    assert named & {f"pytest.{mark}" for mark in marks} == set()
    assert "time.sleep" not in named


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: path.name)
def test_no_file_names_a_place_on_one_machine(path: Path) -> None:
    if path == Path(__file__):
        return
    assert FOREIGN_PLACE.findall(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("name", ["README.md", "CHANGELOG.md"])
def test_a_reader_finds_where_to_begin(name: str) -> None:
    assert (ROOT / name).read_text(encoding="utf-8").startswith("# ")


def comments(path: Path) -> Iterator[str]:
    """Give the comments of a file with their lines, without what is in strings."""
    readline = io.StringIO(path.read_text(encoding="utf-8")).readline
    for token in tokenize.generate_tokens(readline):
        if token.type == tokenize.COMMENT:
            yield f"{token.start[0]}: {token.string}"


def functions(tree: ast.AST) -> Iterator[Function]:
    """Give all functions and methods."""
    for node in ast.walk(tree):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield node


def is_name(node: ast.AST) -> bool:
    """Whether a node is a name, with or without dots."""
    return isinstance(node, (ast.Name, ast.Attribute))


def called(function: Function) -> set[str]:
    """Return the last parts of the names of all that a function calls."""
    return {
        ast.unparse(node.func).split(".")[-1]
        for node in ast.walk(function)
        if isinstance(node, ast.Call)
    }


def demanding_names() -> set[str]:
    """Return the names of functions that assert something, or call one that does."""
    known = [
        function
        for path in TESTS
        for function in functions(ast.parse(path.read_text(encoding="utf-8")))
    ]
    names = {"raises", "warns", "validate"}
    names |= {
        f.name for f in known if any(isinstance(n, ast.Assert) for n in ast.walk(f))
    }
    while True:
        more = {f.name for f in known if called(f) & names} - names
        if not more:
            return names
        names |= more
