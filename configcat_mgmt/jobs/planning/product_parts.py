"""Plans environments, tags, segments, permission groups and configs."""

from collections.abc import Mapping

import attrs

from configcat_mgmt.jobs.compare.equality import differing_entries
from configcat_mgmt.jobs.model import request_bodies
from configcat_mgmt.jobs.model.entity import Entity
from configcat_mgmt.jobs.model.environment_entries import (
    ACCESSES,
    APPROVAL_PERMISSIONS,
    PermissionEntries,
    permissions_of,
)
from configcat_mgmt.jobs.model.snapshot import PermissionGroup
from configcat_mgmt.jobs.planning.builder import (
    FRAME,
    PARTS,
    VERSIONS,
    PlanBuilder,
    by_folded_name,
    changed,
)
from configcat_mgmt.json_value import JsonValue


@attrs.frozen
class _Operations:
    """Operations that create and change entities of a kind."""

    entity: Entity
    stage: int
    create: str
    update: str
    argument: str
    """Name of the argument that an update takes."""


_ENVIRONMENT = _Operations(
    "environment", FRAME, "create-environment", "update-environment", "environment_id"
)
_TAG = _Operations("tag", FRAME, "create-tag", "update-tag", "tag_id")
_SEGMENT = _Operations(
    "segment", PARTS, "create-segment", "update-segment", "segment_id"
)
_GROUP = _Operations(
    "permission_group",
    PARTS,
    "create-permission-group",
    "update-permission-group",
    "permission_group_id",
)
_CONFIG = _Operations("config", PARTS, "create-config", "update-config", "config_id")


def plan_environments(builder: PlanBuilder) -> None:
    """Plan environments."""
    if not builder.takes("environment"):
        return
    present = by_folded_name(builder.found.environments) if builder.found else {}
    for one in builder.wanted.environments:
        body = request_bodies.environment_body(one)
        other = present.get(one.name.casefold())
        if other is None:
            _create(builder, _ENVIRONMENT, one.name, body)
            builder.environments.add(one.name)
        else:
            found = request_bodies.environment_body(other)
            _update(builder, _ENVIRONMENT, other.name, body, found)


def plan_tags(builder: PlanBuilder) -> None:
    """Plan tags."""
    if not builder.takes("tag"):
        return
    present = by_folded_name(builder.found.tags) if builder.found else {}
    for one in builder.wanted.tags:
        body = request_bodies.tag_body(one)
        other = present.get(one.name.casefold())
        if other is None:
            _create(builder, _TAG, one.name, body)
            builder.tags.add(one.name)
        else:
            _update(builder, _TAG, other.name, body, request_bodies.tag_body(other))


def plan_segments(builder: PlanBuilder) -> None:
    """Plan segments."""
    if not builder.takes("segment"):
        return
    present = by_folded_name(builder.found.segments) if builder.found else {}
    for one in builder.wanted.segments:
        length = len(one.comparison)
        builder.require_within("Segments", one.name, "maxComparisonValueLength", length)
        body = request_bodies.segment_body(one)
        other = present.get(one.name.casefold())
        if other is None:
            _create(builder, _SEGMENT, one.name, body)
            builder.segments.add(one.name)
        else:
            _update(
                builder, _SEGMENT, other.name, body, request_bodies.segment_body(other)
            )


def plan_groups(builder: PlanBuilder) -> None:
    """Plan permission groups, with their permissions in environments."""
    if not builder.takes("permission_group"):
        return
    present = by_folded_name(builder.found.permission_groups) if builder.found else {}
    for one in builder.wanted.permission_groups:
        body = request_bodies.group_body(one)
        other = present.get(one.name.casefold())
        lists = {
            kind: _entries(builder, kind, one, other)
            for kind in (ACCESSES, APPROVAL_PERMISSIONS)
        }
        if other is None:
            body.update(
                {kind.field: kind.write(new) for kind, new in lists.items() if new}
            )
            _create(builder, _GROUP, one.name, body)
            builder.groups.add(one.name)
            continue
        found = request_bodies.group_body(other)
        # Rights that the source does not have stay as they are in the target.
        found = {name: value for name, value in found.items() if name in body}
        fields = changed({**body, "name": other.name}, found)
        for kind, new in lists.items():
            if new:
                before = _entries_before(builder, kind, other)
                old = {name: before[name] for name in new if name in before}
                fields[kind.field] = kind.write(new)
                found[kind.field] = kind.write(old)
        _add_update(builder, _GROUP, other.name, fields, found)


def plan_configs(builder: PlanBuilder) -> None:
    """Plan configs; one of another evaluation version blocks."""
    present = by_folded_name(builder.found.configs) if builder.found else {}
    takes_empty = builder.options.selection.takes_empty_configs()
    for one in builder.wanted.configs:
        is_selected = builder.takes("config") and (takes_empty or bool(one.settings))
        if one.evaluation_version not in VERSIONS:
            builder.issues.add("CC213", one.name, version=one.evaluation_version)
            continue
        body = request_bodies.config_body(one)
        other = present.get(one.name.casefold())
        if other is None:
            if is_selected:
                _create(builder, _CONFIG, one.name, body)
                builder.configs.add(one.name)
            continue
        if other.evaluation_version != one.evaluation_version:
            builder.issues.add(
                "CC203",
                other.name,
                wanted=one.evaluation_version,
                found=other.evaluation_version,
            )
        elif is_selected:
            _update(
                builder, _CONFIG, other.name, body, request_bodies.config_body(other)
            )


def _entries(
    builder: PlanBuilder,
    kind: PermissionEntries,
    wanted: PermissionGroup,
    found: PermissionGroup | None,
) -> dict[str, JsonValue]:
    """Return the entries to send: all of a new group, else those that differ.

    Accesses to single environments only count, and are only accepted, with the access
    type `custom`. Source: https://configcat.com/docs/advanced/team-management/.
    """
    given = permissions_of(wanted).get(kind)
    if given is None:
        return {}
    if found is not None and kind.type_field not in request_bodies.group_body(found):
        return {}  # The service of the target is older than the list.
    by_environment = _folded(given)
    entries: dict[str, JsonValue] = {}
    for environment in builder.wanted.environments:
        name = builder.environments.get(environment.name)
        entry = by_environment.get(environment.name.casefold(), kind.absent)
        if name is not None:
            entries[name] = entry
        elif entry != kind.absent:
            builder.issues.add("CC123", f"Group {wanted.name}", environment.name)
    if found is None or kind not in permissions_of(found):
        return entries
    before = _entries_before(builder, kind, found)
    return differing_entries(entries, before, kind.absent)


def _entries_before(
    builder: PlanBuilder, kind: PermissionEntries, group: PermissionGroup
) -> dict[str, JsonValue]:
    """Return the entries of a present group when its turn comes, as far as known.

    By then new environments are there, with the entry that the group has for such.
    """
    given = permissions_of(group).get(kind)
    if builder.found is None or given is None:
        return {}
    entries = _folded(given)
    before = {
        environment.name: entries.get(environment.name.casefold(), kind.absent)
        for environment in builder.found.environments
    }
    on_new = request_bodies.group_body(group).get(kind.new_field)
    for environment in builder.wanted.environments:
        name = builder.environments.get(environment.name)
        if name is not None:
            before.setdefault(name, on_new)
    return before


def _folded(entries: Mapping[str, str]) -> dict[str, JsonValue]:
    return {name.casefold(): entry for name, entry in entries.items()}


def _create(
    builder: PlanBuilder, kind: _Operations, name: str, body: Mapping[str, JsonValue]
) -> None:
    builder.add(
        kind.stage,
        "create",
        kind.entity,
        (name,),
        kind.create,
        arguments={"product_id": builder.product_ref},
        body=dict(body),
    )


def _update(
    builder: PlanBuilder,
    kind: _Operations,
    name: str,
    wanted: Mapping[str, JsonValue],
    found: Mapping[str, JsonValue],
) -> None:
    """Plan to change the fields that differ; names are never among them."""
    fields = changed({**wanted, "name": name}, {**found, "name": name})
    _add_update(builder, kind, name, fields, found)


def _add_update(
    builder: PlanBuilder,
    kind: _Operations,
    name: str,
    fields: Mapping[str, JsonValue],
    found: Mapping[str, JsonValue],
) -> None:
    if not fields or not builder.updates(kind.entity):
        return
    where = f"{kind.entity.replace('_', ' ').capitalize()}s"
    if not builder.may_write(where, name, fields):
        return
    builder.add(
        kind.stage,
        "update",
        kind.entity,
        (name,),
        kind.update,
        arguments={kind.argument: request_bodies.ref(kind.entity, name)},
        body=fields,
        replaces={field: found.get(field) for field in fields},
    )
