"""Tests of rules that no linter knows.

The linters and type checkers run beside the tests: see `tests/checks.py`.
"""

import ast
import io
import re
import tokenize
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Final

import pytest

from tests.syntax import parsed

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

CHECKER_IGNORE: Final = re.compile(r"#\s*(type:\s*ignore|pyright:|mypy:)")
ANY_IGNORE: Final = re.compile(r"#\s*(type:\s*ignore|pyright:|mypy:|noqa|ruff:|fmt:)")
BRITISH: Final = re.compile(
    r"(?<![.\w])cancell(ed|ing)\b(?!\()|(behavi|col|fav|hon|neighb)our|labell"
    r"|(normal|organ|recogn)is(e|ing|ation)|licence|\bgrey\b|whilst",
    re.IGNORECASE,
)
FOREIGN_PLACE: Final = re.compile(r"/(work|tmp|root|home)/\w")
"""A path that only one machine has."""

Function = ast.FunctionDef | ast.AsyncFunctionDef


def test_generated_code_has_no_comments_for_checkers() -> None:
    assert offenders(GENERATED, ANY_IGNORE) == []


def test_the_package_has_no_comments_for_type_checkers() -> None:
    assert offenders(HAND_WRITTEN, CHECKER_IGNORE) == []


def test_every_test_asserts_something() -> None:
    asserting = asserting_names()
    found = {
        f"{path.name}::{function.name}"
        for path, tree in trees().items()
        for function in functions(tree)
        if function.name.startswith("test_") and function.name not in asserting
    }
    assert found == set()


def test_no_test_is_skipped_or_sleeps() -> None:
    marks = {"mark.skip", "mark.skipif", "mark.xfail", "skip", "importorskip", "xfail"}
    refused = {"time.sleep", *(f"pytest.{mark}" for mark in marks)}
    last = {name.split(".")[-1] for name in refused}
    found = [
        f"{path.name}: {name}"
        for path, tree in trees().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr in last
        if (name := ast.unparse(node)) in refused
    ]
    assert found == []


def test_the_spelling_is_american() -> None:
    """Tests may have words that are wrong on purpose."""
    texts = [one for one in TEXTS if one not in TESTS]
    guides = sorted(PACKAGE.rglob("*.md"))
    assert offending_texts([*texts, *guides], BRITISH) == []


def test_no_file_names_a_path_of_one_machine() -> None:
    texts = [path for path in TEXTS if path != Path(__file__)]
    assert offending_texts(texts, FOREIGN_PLACE) == []


@pytest.mark.parametrize("name", ["README.md", "CHANGELOG.md"])
def test_a_document_begins_with_its_title(name: str) -> None:
    assert (ROOT / name).read_text(encoding="utf-8").startswith("# ")


def test_the_check_of_comments_finds_one(tmp_path: Path) -> None:
    bad = tmp_path / "bad.py"
    bad.write_text("x = 1  # type: ignore\n", encoding="utf-8")
    assert offenders([bad], CHECKER_IGNORE) == ["bad.py:1: # type: ignore"]
    assert offending_texts([bad], re.compile("ignore")) == ["bad.py: ignore"]


def offenders(paths: Iterable[Path], pattern: re.Pattern[str]) -> list[str]:
    """Return the comments that match, with file and line."""
    return [
        f"{path.name}:{text}"
        for path in paths
        for text in comments(path)
        if pattern.search(text)
    ]


def offending_texts(paths: Iterable[Path], pattern: re.Pattern[str]) -> list[str]:
    """Return what matches anywhere in the files, with the file."""
    return [
        f"{path.name}: {match[0]}"
        for path in paths
        for match in pattern.finditer(path.read_text(encoding="utf-8"))
    ]


@cache
def trees() -> dict[Path, ast.Module]:
    """Return the syntax tree of each test file."""
    return {path: parsed(path) for path in TESTS}


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


def called(function: Function) -> set[str]:
    """Return the last parts of the names of all functions that a function calls."""
    names: set[str] = set()
    for node in ast.walk(function):
        if isinstance(node, ast.Call):
            if isinstance(node.func, ast.Attribute):
                names.add(node.func.attr)
            elif isinstance(node.func, ast.Name):
                names.add(node.func.id)
    return names


def asserting_names() -> set[str]:
    """Return the names of functions that assert something or call one that does."""
    calls: dict[str, set[str]] = {}
    names = {"raises", "warns", "validate"}
    for function in (one for tree in trees().values() for one in functions(tree)):
        calls.setdefault(function.name, set()).update(called(function))
        if any(isinstance(node, ast.Assert) for node in ast.walk(function)):
            names.add(function.name)
    while more := {name for name, used in calls.items() if used & names} - names:
        names |= more
    return names
