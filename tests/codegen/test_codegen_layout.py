"""Where models live: with their group, or in the common file, and never in circles."""

import ast
from pathlib import Path

import pytest

from configcat_mgmt.codegen.__main__ import OUTPUT
from configcat_mgmt.codegen.description import Description, Property, Record, Shape
from configcat_mgmt.codegen.layout import COMMON, definition_order, model_files
from configcat_mgmt.codegen.node import DescriptionError
from tests.syntax import parsed

MODELS = "configcat_mgmt.api.models"


def imported_models(path: Path) -> set[str]:
    """Return the models files that a module imports from."""
    tree = parsed(path)
    return {
        node.module.removeprefix(f"{MODELS}.")
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
        and node.module is not None
        and node.module.startswith(f"{MODELS}.")
    }


def reach(description: Description, names: set[str]) -> set[str]:
    """Work out reach anew: grow until nothing is added."""
    while True:
        grown = names | {
            reference
            for name in names
            for reference in description.schemas[name].references()
        }
        if grown == names:
            return names
        names = grown


def test_a_model_lives_with_its_group_if_no_other_group_reaches_it(
    description: Description,
) -> None:
    files = model_files(description)
    assert set(files) == set(description.schemas)
    groups = {
        group.name: reach(
            description,
            {
                name
                for operation in description.operations_of(group.name)
                for name in operation.references()
            },
        )
        for group in description.groups
    }
    for name, file in files.items():
        users = [group for group, reached in groups.items() if name in reached]
        assert file == (users[0] if len(users) == 1 else COMMON), name


def test_files_of_groups_import_only_the_common_models() -> None:
    paths = sorted((OUTPUT / "models").glob("*.py"))
    assert len(paths) > 15
    for path in paths:
        allowed = set() if path.stem == COMMON else {COMMON}
        assert imported_models(path) <= allowed, path.name


def test_models_that_two_groups_use_are_common(description: Description) -> None:
    files = model_files(description)
    assert files["ProductModel"] == COMMON
    assert files["JsonPatchOperation"] == COMMON
    assert files["UpdateTagModel"] == "tags"
    assert files["AuditLogType"] == "audit_logs"


def test_a_schema_that_no_operation_reaches_is_common(
    description: Description,
) -> None:
    extra = Record("Unused", "Nobody uses it.", "both", ())
    schemas = {**description.schemas, "Unused": extra}
    grown = Description(description.groups, schemas, description.operations)
    assert model_files(grown)["Unused"] == COMMON


def record(name: str, *references: str) -> Record:
    properties = tuple(
        Property(
            wire_name=reference,
            name=reference,
            description="It.",
            shape=Shape("list", item=Shape("reference", name=reference)),
            required=True,
            essential=False,
            secret=False,
        )
        for reference in references
    )
    return Record(name, "It.", "both", properties)


def test_definitions_follow_what_they_mention_and_else_keep_their_order() -> None:
    schemas = {
        "A": record("A", "D"),
        "B": record("B"),
        "C": record("C", "B", "A"),
        "D": record("D"),
    }
    assert [each.name for each in definition_order(schemas)] == ["D", "A", "B", "C"]


def test_a_circle_of_schemas_is_refused_and_shown() -> None:
    schemas = {"A": record("A", "B"), "B": record("B", "C"), "C": record("C", "B")}
    with pytest.raises(DescriptionError, match="not supported: B -> C -> B"):
        definition_order(schemas)
