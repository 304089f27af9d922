"""Plans environments, tags, segments, permission groups and configs."""

from collections.abc import Mapping

import attrs

from configcat_mgmt.jobs.compare.canonical import NO_ACCESS
from configcat_mgmt.jobs.compare.equality import differing_entries
from configcat_mgmt.jobs.model import request_bodies
from configcat_mgmt.jobs.model.entity import Entity
from configcat_mgmt.jobs.model.snapshot import PermissionGroup
from configcat_mgmt.jobs.planning.builder import (
    FRAME,
    PARTS,
    VERSIONS,
    Draft,
    by_name,
    changed,
)
from configcat_mgmt.json_value import JsonValue


@attrs.frozen
class _Kind:
    """How things of a kind are made and changed."""

    entity: Entity
    stage: int
    create: str
    update: str
    argument: str
    """Name of the argument that an update takes."""


_ENVIRONMENT = _Kind(
    "environment", FRAME, "create-environment", "update-environment", "environment_id"
)
_TAG = _Kind("tag", FRAME, "create-tag", "update-tag", "tag_id")
_SEGMENT = _Kind("segment", PARTS, "create-segment", "update-segment", "segment_id")
_GROUP = _Kind(
    "permission_group",
    PARTS,
    "create-permission-group",
    "update-permission-group",
    "permission_group_id",
)
_CONFIG = _Kind("config", PARTS, "create-config", "update-config", "config_id")


def plan_environments(draft: Draft) -> None:
    """Plan environments."""
    if not draft.takes("environment"):
        return
    present = by_name(draft.found.environments) if draft.found else {}
    for one in draft.wanted.environments:
        body = request_bodies.environment_body(one)
        other = present.get(one.name.casefold())
        if other is None:
            _create(draft, _ENVIRONMENT, one.name, body)
            draft.environments.add(one.name)
        else:
            found = request_bodies.environment_body(other)
            _update(draft, _ENVIRONMENT, other.name, body, found)


def plan_tags(draft: Draft) -> None:
    """Plan tags."""
    if not draft.takes("tag"):
        return
    present = by_name(draft.found.tags) if draft.found else {}
    for one in draft.wanted.tags:
        body = request_bodies.tag_body(one)
        other = present.get(one.name.casefold())
        if other is None:
            _create(draft, _TAG, one.name, body)
            draft.tags.add(one.name)
        else:
            _update(draft, _TAG, other.name, body, request_bodies.tag_body(other))


def plan_segments(draft: Draft) -> None:
    """Plan segments."""
    if not draft.takes("segment"):
        return
    present = by_name(draft.found.segments) if draft.found else {}
    for one in draft.wanted.segments:
        body = request_bodies.segment_body(one)
        other = present.get(one.name.casefold())
        if other is None:
            _create(draft, _SEGMENT, one.name, body)
            draft.segments.add(one.name)
        else:
            _update(
                draft, _SEGMENT, other.name, body, request_bodies.segment_body(other)
            )


def plan_groups(draft: Draft) -> None:
    """Plan permission groups, with their accesses to environments."""
    if not draft.takes("permission_group"):
        return
    present = by_name(draft.found.permission_groups) if draft.found else {}
    for one in draft.wanted.permission_groups:
        body = request_bodies.group_body(one)
        other = present.get(one.name.casefold())
        accesses = _accesses(draft, one, other)
        if other is None:
            if accesses:
                body["environmentAccesses"] = request_bodies.access_entries(accesses)
            _create(draft, _GROUP, one.name, body)
            draft.groups.add(one.name)
            continue
        found = request_bodies.group_body(other)
        # What the source does not tell about a group is not touched in the target.
        found = {name: value for name, value in found.items() if name in body}
        fields = changed({**body, "name": other.name}, found)
        if accesses:
            before = _accesses_before(draft, other)
            old = {name: before[name] for name in accesses if name in before}
            fields["environmentAccesses"] = request_bodies.access_entries(accesses)
            found["environmentAccesses"] = request_bodies.access_entries(old)
        _add_update(draft, _GROUP, other.name, fields, found)


def plan_configs(draft: Draft) -> None:
    """Plan configs; one of another evaluation version blocks."""
    present = by_name(draft.found.configs) if draft.found else {}
    is_selected = draft.takes("config")
    for one in draft.wanted.configs:
        if one.evaluation_version not in VERSIONS:
            draft.issues.add("CC213", one.name, version=one.evaluation_version)
            continue
        body = request_bodies.config_body(one)
        other = present.get(one.name.casefold())
        if other is None:
            if is_selected:
                _create(draft, _CONFIG, one.name, body)
                draft.configs.add(one.name)
            continue
        if other.evaluation_version != one.evaluation_version:
            draft.issues.add(
                "CC203",
                other.name,
                wanted=one.evaluation_version,
                found=other.evaluation_version,
            )
        elif is_selected:
            _update(draft, _CONFIG, other.name, body, request_bodies.config_body(other))


def _accesses(
    draft: Draft, wanted: PermissionGroup, found: PermissionGroup | None
) -> dict[str, str]:
    """Return the accesses to send: all of a new group, else those that differ.

    Accesses to single environments only count, and are only accepted, with the access
    type `custom`. Source: https://configcat.com/docs/advanced/team-management/.
    """
    if wanted.access_type != "custom":
        return {}
    by_environment = _folded(wanted.environment_accesses)
    accesses: dict[str, str] = {}
    for environment in draft.wanted.environments:
        name = draft.environments.get(environment.name)
        # Nothing to grant where there is no environment; the group stands without.
        if name is not None:
            accesses[name] = by_environment.get(environment.name.casefold(), NO_ACCESS)
    if found is None or found.access_type != "custom":
        return accesses
    return differing_entries(accesses, _accesses_before(draft, found), NO_ACCESS)


def _accesses_before(draft: Draft, group: PermissionGroup | None) -> dict[str, str]:
    """Return the accesses of a present group when its turn comes, as far as known.

    By then new environments are there, with the access that the group has to such.
    """
    if draft.found is None or group is None or group.access_type != "custom":
        return {}
    accesses = _folded(group.environment_accesses)
    before = {
        environment.name: accesses.get(environment.name.casefold(), NO_ACCESS)
        for environment in draft.found.environments
    }
    for environment in draft.wanted.environments:
        name = draft.environments.get(environment.name)
        if name is not None:
            before.setdefault(name, group.new_environment_access_type)
    return before


def _folded(accesses: Mapping[str, str]) -> dict[str, str]:
    return {name.casefold(): access for name, access in accesses.items()}


def _create(
    draft: Draft, kind: _Kind, name: str, body: Mapping[str, JsonValue]
) -> None:
    draft.add(
        kind.stage,
        "create",
        kind.entity,
        (name,),
        kind.create,
        arguments={"product_id": draft.product_ref},
        body=dict(body),
    )


def _update(
    draft: Draft,
    kind: _Kind,
    name: str,
    wanted: Mapping[str, JsonValue],
    found: Mapping[str, JsonValue],
) -> None:
    """Plan to change the fields that differ; names are never among them."""
    fields = changed({**wanted, "name": name}, {**found, "name": name})
    _add_update(draft, kind, name, fields, found)


def _add_update(
    draft: Draft,
    kind: _Kind,
    name: str,
    fields: Mapping[str, JsonValue],
    found: Mapping[str, JsonValue],
) -> None:
    where = kind.entity.replace("_", " ")
    if not fields or not draft.may_write(where, name, fields):
        return
    draft.add(
        kind.stage,
        "update",
        kind.entity,
        (name,),
        kind.update,
        arguments={kind.argument: request_bodies.ref(kind.entity, name)},
        body=fields,
        replaces={field: found.get(field) for field in fields},
    )
