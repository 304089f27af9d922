"""Attributes have the names of the dashboard's importer.

Source: https://configcat.com/docs/advanced/migration-from-launchdarkly-translation/.
"""

from typing import Any

import pytest

from configcat_mgmt.jobs.launchdarkly.attributes import (
    AttributeTable,
    AttributeUse,
    Reference,
    seconds_of,
    user_attributes,
)
from configcat_mgmt.jobs.launchdarkly.patterns import literal_tests
from configcat_mgmt.jobs.launchdarkly.versions import complete_version, version_rank

Json = Any


@pytest.mark.parametrize(
    ("kind", "attribute", "name"),
    [
        (None, "key", "Identifier"),
        ("user", "key", "Identifier"),
        ("user", "/key", "Identifier"),
        ("user", "email", "Email"),
        ("user", "/email", "Email"),
        ("user", "country", "Country"),
        (None, "Identifier", "/Identifier"),
        ("user", "/Email", "/Email"),
        ("user", "Country", "/Country"),
        ("user", "name", "name"),
        ("user", "/name", "name"),
        ("user", "/address/city", "/address/city"),
        (None, "/address/city", "/address/city"),
        ("device", "name", "device:name"),
        ("device", "/name", "device:name"),
        ("device", "Email", "device:Email"),
        ("organization", "key", "organization:key"),
        ("organization", "/address/city", "organization:/address/city"),
        ("organization", "kind", "/kind"),
        (None, "kind", "/kind"),
        ("user", "/~0~1x", "~/x"),
        ("user", "/~1~00", "/~1~00"),
        ("user", "a:b", "/a~;b"),
        ("user", "/a:b", "/a~;b"),
        ("device", "a:b", "device:/a~;b"),
    ],
)
def test_an_attribute_has_its_name(kind: str | None, attribute: str, name: str) -> None:
    assert Reference.of(attribute, kind).name == name


@pytest.mark.parametrize(
    ("value", "sent"),
    [
        (["a", 7], ["a", "7"]),
        ([], []),
        ("a", ["a"]),
        (True, ["true"]),
        ({"a": "b"}, {"a": "b"}),
    ],
)
def test_a_single_value_of_a_list_attribute_becomes_a_list(
    value: Json, sent: Json
) -> None:
    row = AttributeUse("groups", "user", ("groups",), ("list of texts",))
    context = {"kind": "user", "key": "ann", "groups": value}
    assert user_attributes(context, [row]) == {"groups": sent}


def test_a_context_becomes_the_attributes_of_a_user() -> None:
    table = AttributeTable()
    for kind, attribute, type_ in (
        ("user", "key", "text"),
        ("user", "/address/city", "text"),
        ("user", "joined", "seconds"),
        ("user", "groups", "list of texts"),
        ("user", "anonymous", "boolean"),
        ("device", "key", "text"),
        ("device", "kind", "list of texts"),
    ):
        table.use(Reference.of(attribute, kind), type_)  # type: ignore[arg-type]
    single: Json = {
        "key": "ann",
        "address": {"city": "Köln"},
        "joined": 1_500,
        "groups": ["a", 5.0, True],
        "other": 1,
    }
    assert user_attributes(single, table.rows()) == {
        "Identifier": "ann",
        "/address/city": "Köln",
        "joined": 1.5,
        "groups": ["a", "5", "true"],
        "anonymous": False,
        "/kind": ["user"],
    }
    multi: Json = {
        "kind": "multi",
        "user": {"key": "ann", "address": "x"},
        "device": {"key": "d"},
    }
    assert user_attributes(multi, table.rows()) == {
        "Identifier": "ann",
        "anonymous": False,
        "device:key": "d",
        "/kind": ["user", "device"],
    }


def test_a_row_of_the_table_is_plain_json() -> None:
    row = AttributeUse("joined", "user", ("joined",), ("seconds",))
    assert row.to_json() == {
        "name": "joined",
        "context_kind": "user",
        "path": ["joined"],
        "types": ["seconds"],
    }


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        (1_500, 1.5),
        ("1970-01-01T00:00:01Z", 1.0),
        ("1970-01-01t01:00:01.25+01:00", 1.25),
        ("1970-01-01", None),
        ("soon", None),
        (True, None),
        (None, None),
    ],
)
def test_a_time_becomes_seconds(value: Json, seconds: float | None) -> None:
    assert seconds_of(value) == seconds


@pytest.mark.parametrize(
    ("pattern", "tests"),
    [
        ("abc", [("contains", "abc")]),
        ("^abc", [("starts", "abc")]),
        ("abc$", [("ends", "abc")]),
        (r"^a\.b$", [("equals", "a.b")]),
        ("^abc.*", [("starts", "abc")]),
        (".*abc$", [("ends", "abc")]),
        ("^.*abc.*$", [("contains", "abc")]),
        ("^(?:a|b)$", [("equals", "a"), ("equals", "b")]),
        ("a|b", [("contains", "a"), ("contains", "b")]),
        (r"\$", [("contains", "$")]),
        ("", [("contains", "")]),
        ("^a|b", None),
        ("a+", None),
        (r"\d", None),
        ("[ab]", None),
        ("(?i)a", None),
        ("a.c", None),
        ("(a", None),
        ("a\\", None),
    ],
)
def test_only_literal_patterns_are_understood(pattern: str, tests: Json) -> None:
    assert literal_tests(pattern) == tests


def test_versions_are_completed_and_ordered() -> None:
    assert complete_version("2") == "2.0.0"
    assert complete_version("2.1-beta+5") == "2.1.0-beta"
    assert complete_version("v2") is None
    assert complete_version("1.02.0") is None
    ordered = ["1.0.0-1", "1.0.0-2", "1.0.0-a", "1.0.0-a.1", "1.0.0", "1.2.0", "1.10.0"]
    assert sorted(reversed(ordered), key=version_rank) == ordered
