"""Generated text at the places that are easy to get wrong."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from configcat_mgmt import errors
from configcat_mgmt.codegen import naming
from configcat_mgmt.codegen.__main__ import OUTPUT
from configcat_mgmt.codegen.description import Description, Operation
from tests.syntax import parsed

FILES = sorted(OUTPUT.rglob("*.py"))
RAISED = {403: errors.PermissionDeniedError, 404: errors.NotFoundError}
"""Errors that a method names; the docstring of its class names the others."""


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def docstrings(folder: str, group: str) -> dict[str, str]:
    """Return the docstring of each method in one file."""
    path = OUTPUT / folder / f"{group}.py"
    return {node.name: ast.get_docstring(node) or "" for node in functions(path)}


def every_docstring(
    description: Description,
    folder: str,
) -> Iterator[tuple[Operation, str]]:
    for group in description.groups:
        found = docstrings(folder, group.name)
        for operation in description.operations_of(group.name):
            yield operation, found[naming.snake_case(operation.id)]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_file_starts_with_the_constant_header(path: Path) -> None:
    lines = path.read_text(encoding="utf-8").splitlines()
    assert re.fullmatch(r'"""[A-Z].*\.', lines[0])
    assert lines[1:5] == [
        "",
        "Generated, do not edit.",
        "Command: python -m configcat_mgmt.codegen",
        '"""',
    ]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_no_file_silences_a_checker_or_is_too_wide(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"#\s*(noqa|type:|pyright|fmt|pragma|ruff)", text)
    assert "from __future__" not in text
    assert "import Any" not in text
    too_wide = [line for line in text.splitlines() if len(line) > 88]
    assert not [line for line in too_wide if len(line.split()) > 1]


@pytest.mark.parametrize("folder", ["aio", "sync"])
def test_each_docstring_gives_the_address_and_every_argument(
    description: Description,
    folder: str,
) -> None:
    for operation, text in every_docstring(description, folder):
        assert text.startswith(f"{operation.summary}\n\n")
        address = f"{operation.method} {operation.path}"
        assert address in re.sub(r"\n\s*", "", text), operation.id
        named = re.findall(r"^    (\w+): \S", text.partition("Returns:")[0], re.M)
        expected = [parameter.name for parameter in operation.parameters]
        if operation.body is not None:
            expected.append("body")
        assert sorted(named) == sorted(expected), operation.id


@pytest.mark.parametrize("folder", ["aio", "sync"])
def test_each_docstring_names_the_errors_that_the_description_declares(
    description: Description,
    folder: str,
) -> None:
    for operation, text in every_docstring(description, folder):
        declared = RAISED.keys() & set(operation.errors)
        expected = {RAISED[status].__name__ for status in declared}
        if operation.effect in {"create", "patch"}:
            expected.add(errors.UnknownOutcome.__name__)
        raises = text.partition("Raises:")[2]
        named = re.findall(r"^    (\w+): \S", raises, re.M)
        assert sorted(named) == sorted(expected), operation.id


@pytest.mark.parametrize("folder", ["aio", "sync"])
def test_each_class_names_the_errors_of_every_method(
    description: Description, folder: str
) -> None:
    for group in description.groups:
        path = OUTPUT / folder / f"{group.name}.py"
        (made,) = parsed(path).body[-1:]
        assert isinstance(made, ast.ClassDef)
        text = ast.get_docstring(made) or ""
        for name in (
            "RequestBuildError",
            "ApiError",
            "BadRequestError",
            "AuthenticationError",
            "RateLimitError",
            "TransportError",
            "ResponseInvalid",
        ):
            assert f"`{name}`" in text, (folder, group.name)
            assert name in errors.__all__


def test_a_missing_entity_is_named_by_its_noun() -> None:
    tag = " ".join(docstrings("aio", "tags")["get_tag"].split())
    assert "NotFoundError: The tag does not exist, or these credentials cannot" in tag
    value = " ".join(docstrings("sync", "setting_values")["get_setting_value"].split())
    assert "NotFoundError: The environment or setting does not exist" in value


def test_a_body_names_its_required_fields() -> None:
    found = {
        name: " ".join(text.split())
        for group in ("tags", "segments", "webhooks", "settings")
        for name, text in docstrings("aio", group).items()
    }
    assert "Required: `name`. UNSET omits a field." in found["create_tag"]
    assert "No field is required. UNSET omits a field." in found["update_tag"]
    assert "Required: `name`, `key` and `setting_type`." in found["create_setting"]


def test_docstrings_say_when_an_operation_is_deprecated(
    description: Description,
) -> None:
    deprecated: list[str] = []
    for operation, text in every_docstring(description, "aio"):
        assert ("Deprecated: " in text) is operation.deprecated, operation.id
        deprecated.extend([operation.id] if operation.deprecated else [])
    assert deprecated == [
        "get-organization-auditlogs",
        "get-auditlogs",
        "get-organization-members",
    ]


def test_docstrings_say_what_each_answer_means() -> None:
    found = docstrings("aio", "setting_values")
    text = found["update_setting_value"]
    assert "    SettingValueModel: The full value after the patch.\n" in text
    assert "    None: The patch changed nothing; no body.\n" in text
    listed = docstrings("aio", "tags")["get_tags"]
    assert "    list of TagModel, in the service's order: The tags" in listed


def test_docstrings_give_the_range_and_the_form_of_arguments() -> None:
    found = docstrings("sync", "stale_flags")["get_staleflags"]
    text = " ".join(found.split())
    assert text.count("7 to 90") == 1
    assert "A `StaleFlagReminderScope` or its value. None omits it." in text
    assert "A string is accepted." in text
    audit = " ".join(docstrings("sync", "audit_logs")["get_auditlogs"].split())
    assert "An aware datetime." in audit
    assert "An `AuditLogType` or its value." in audit


def test_no_docstring_repeats_the_range_of_an_integer_type() -> None:
    for path in FILES:
        text = path.read_text(encoding="utf-8")
        for limit in (2**31, 2**31 - 1, 2**63, 2**63 - 1):
            assert str(limit) not in text, path.name
