"""A change of any field of any record is found."""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

import attrs
import pytest

from configcat_mgmt.jobs.compare.differences import differences
from configcat_mgmt.jobs.model.snapshot import (
    Header,
    PermissionGroup,
    Rule,
    RuleV1,
    Snapshot,
)
from tests.jobs.looking import Path, at, changed

Json = Any


@pytest.fixture
def snapshot(shop_snapshots: dict[bool, Snapshot]) -> Snapshot:
    return shop_snapshots[True]


NOT_COMPARED = {
    ("Environment", "reason_required"),  # written and compared as a preference
    ("Environment", "approve_required"),
    ("Environment", "can_bypass_approval"),
    ("SettingInEnvironment", "change_requests"),
    ("Snapshot", "limits"),
    ("Snapshot", "members"),
    ("Snapshot", "sdk_keys"),
    ("Snapshot", "gaps"),
    ("Snapshot", "source"),
}


def places(record: Json, path: Path = ()) -> Iterator[tuple[str, str, Path]]:
    """Go through all fields of all records in a record: class, field and path."""
    if isinstance(record, tuple):
        for number, item in enumerate(record):
            yield from places(item, (*path, number))
    elif isinstance(record, Mapping):
        for name, item in record.items():
            yield from places(item, (*path, name))
    elif attrs.has(type(record)):
        kind = type(record).__name__
        for field in attrs.fields(type(record)):
            if field.name in ("id", "version") or (kind, field.name) in NOT_COMPARED:
                continue
            yield kind, field.name, (*path, field.name)
            yield from places(getattr(record, field.name), (*path, field.name))


def another(value: Json) -> Json:
    """Return another value of the same type."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, int | float):
        return value + 1
    if isinstance(value, str):
        return f"{value}x"
    if isinstance(value, Mapping):
        name = next(iter(value))
        return {**value, name: another(value[name])}
    if isinstance(value, tuple):
        return value[:-1]
    return "x"


def can_differ(value: Json, owner: object, field: str) -> bool:
    """Whether a field has something to change that counts."""
    if isinstance(value, Mapping | tuple):
        if isinstance(owner, PermissionGroup) and field == "environment_accesses":
            return owner.access_type == "custom"
        if field == "environment_approval_permissions":
            return owner.approval_permission_type == "custom"
        items = value.values() if isinstance(value, Mapping) else ()
        return bool(value) and not any(attrs.has(type(item)) for item in items)
    if isinstance(value, type(None)):
        # A header that cannot be read, a field of the other kind of rule, or of a
        # text setting only.
        return not isinstance(owner, Header | RuleV1 | Rule) and field != "is_json"
    return not attrs.has(type(value))


def test_a_change_of_any_field_anywhere_is_found(snapshot: Snapshot) -> None:
    tried: Counter[tuple[str, str]] = Counter()
    for kind, field, path in places(snapshot):
        value = at(snapshot, path)
        owner = at(snapshot, path[:-1])
        if tried[kind, field] >= 4 or not can_differ(value, owner, field):
            continue
        tried[kind, field] += 1
        other: Snapshot = changed(snapshot, path, another)
        assert differences(snapshot, other), path
        assert differences(other, snapshot), path
    for kind, field in (
        ("UserCondition", "value"),
        ("PercentageOption", "percentage"),
        ("RuleV1", "comparison"),
        ("Link", "url"),
        ("Header", "value"),
        ("Integration", "parameters"),
        ("Variation", "hint"),
        ("Formula", "percentage_attribute"),
        ("Preferences", "show_variation_id"),
        ("PermissionGroup", "rights"),
        ("Config", "evaluation_version"),
    ):
        assert tried[kind, field], "the shop has such a thing"
    assert len(tried) > 70
