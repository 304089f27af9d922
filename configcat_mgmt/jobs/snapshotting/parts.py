"""Converts models of the service into the parts of a snapshot, except values."""

from collections.abc import Iterable, Mapping
from typing import Final, TypeVar, cast
from uuid import UUID

from configcat_mgmt.api.model_index import (
    ApproveRequiredEnvironmentModel,
    ConfigModel,
    EnvironmentModel,
    IntegrationModel,
    MemberModel,
    OrganizationLimitations,
    PermissionGroupModel,
    PreferencesModel,
    ReasonRequiredEnvironmentModel,
    SegmentModel,
    SettingModel,
    TagModel,
    WebhookHeaderResponseModel,
    WebhookResponseModel,
)
from configcat_mgmt.core.codec.encode import to_json
from configcat_mgmt.jobs.model.snapshot import (
    NOT_KNOWN,
    TYPES,
    Config,
    Environment,
    Header,
    Integration,
    Member,
    PermissionGroup,
    Preferences,
    Segment,
    Setting,
    SettingInEnvironment,
    Tag,
    Variation,
    Webhook,
)
from configcat_mgmt.jobs.snapshotting.values import (
    UnreadableError,
    variation_values,
    wire_text,
)

K = TypeVar("K")

_RIGHT: Final = "can"


def read_limits(model: OrganizationLimitations) -> dict[str, int]:
    """Return the limits by wire name."""
    limits = cast("Mapping[str, object]", to_json(model))
    return {name: limit for name, limit in limits.items() if isinstance(limit, int)}


def read_environment(
    model: EnvironmentModel, can_bypass_approval: bool | None
) -> Environment:
    """Return an environment.

    Args:
        model: The environment.
        can_bypass_approval: What the values in it say; None if they require no approval
            or were not read.
    """
    return Environment(
        name=model.name,
        color=model.color,
        description=model.description or None,
        order=model.order or 0,
        reason_required=bool(model.reason_required),
        approve_required=bool(model.approve_required)
        or can_bypass_approval is not None,
        can_bypass_approval=bool(can_bypass_approval),
        id=model.environment_id,
    )


def read_tag(model: TagModel) -> Tag:
    """Return a tag."""
    return Tag(model.name, model.color, model.tag_id)


def read_segment(model: SegmentModel) -> Segment:
    """Return a segment."""
    return Segment(
        name=model.name,
        attribute=model.comparison_attribute,
        comparator=wire_text(model.comparator),
        comparison=model.comparison_value,
        description=model.description or None,
        id=model.segment_id,
    )


def read_group(
    model: PermissionGroupModel, environments: Mapping[UUID, str]
) -> PermissionGroup:
    """Return a permission group."""
    flags = cast("Mapping[str, object]", to_json(model))
    return PermissionGroup(
        name=model.name,
        rights={
            name: flag
            for name, flag in flags.items()
            if name.startswith(_RIGHT) and isinstance(flag, bool)
        },
        access_type=wire_text(model.access_type),
        new_environment_access_type=wire_text(model.new_environment_access_type),
        environment_accesses={
            access.name: wire_text(access.environment_access_type)
            for access in model.environment_accesses
        },
        approval_permission_type=wire_text(model.approval_permission_type) or None,
        new_environment_approval_permission_type=(
            wire_text(model.new_environment_approval_permission_type) or None
        ),
        environment_approval_permissions={
            environments[one.environment_id]: wire_text(
                one.environment_approval_permission_type
            )
            for one in model.environment_approval_permissions
            if one.environment_id in environments
        },
        id=model.permission_group_id,
    )


def read_preferences(
    model: PreferencesModel, environments: Mapping[UUID, str]
) -> Preferences:
    """Return the preferences of a product."""
    reasons = [
        one for one in model.reason_required_environments or [] if one.reason_required
    ]
    approvals = [
        one for one in model.approve_required_environments or [] if one.approve_required
    ]
    return Preferences(
        reason_required=bool(model.reason_required),
        key_generation_mode=wire_text(model.key_generation_mode),
        show_variation_id=bool(model.show_variation_id),
        mandatory_setting_hint=bool(model.mandatory_setting_hint),
        reason_required_environments=_environment_names(reasons, environments),
        approve_required=model.approve_required,
        approve_required_environments=_environment_names(approvals, environments),
    )


def _environment_names(
    entries: Iterable[ReasonRequiredEnvironmentModel | ApproveRequiredEnvironmentModel],
    environments: Mapping[UUID, str],
) -> tuple[str, ...]:
    names = (
        environments.get(one.environment_id, one.environment_name or "")
        for one in entries
    )
    return tuple(sorted(filter(None, names)))


def read_config(model: ConfigModel, settings: Iterable[Setting]) -> Config:
    """Return a config with its settings."""
    return Config(
        name=model.name,
        evaluation_version=wire_text(model.evaluation_version),
        description=model.description or None,
        order=model.order or 0,
        settings=tuple(sorted(settings, key=lambda one: (one.order, one.key))),
        id=model.config_id,
    )


def read_setting(
    model: SettingModel, values: Mapping[str, SettingInEnvironment]
) -> Setting:
    """Return a setting with its values by environment name.

    Raises:
        UnreadableError: The type is unknown, or a variation has another type.
    """
    kind = wire_text(model.setting_type)
    if kind not in TYPES:
        raise UnreadableError(f"the setting type {kind!r} {NOT_KNOWN}")
    by_id = variation_values(model)
    return Setting(
        key=model.key,
        name=model.name or model.key,
        type=kind,
        hint=model.hint or None,
        order=model.order or 0,
        tags=tuple(sorted(tag.name for tag in model.tags)),
        variations=tuple(
            Variation(
                value=by_id[one.predefined_variation_id],
                name=one.name or None,
                hint=one.hint or None,
                id=one.predefined_variation_id,
            )
            for one in model.predefined_variations
        ),
        values=values,
        is_json=model.is_json if kind == "string" else None,
        id=model.setting_id,
    )


def read_webhook(model: WebhookResponseModel, *, secrets: bool) -> Webhook:
    """Return a webhook, with readable header values if `secrets` asks for them."""
    return Webhook(
        config=model.config.name,
        environment=model.environment.name,
        url=model.url,
        method=wire_text(model.http_method),
        content=model.content or None,
        headers=tuple(
            _read_header(header, secrets=secrets) for header in model.web_hook_headers
        ),
        id=model.webhook_id,
    )


def _read_header(model: WebhookHeaderResponseModel, *, secrets: bool) -> Header:
    secure = bool(model.is_secure)
    # The service answers with a placeholder for the value of a secure header.
    value = model.value if secrets and not secure else None
    return Header(model.key, value, secure)


def read_integration(
    model: IntegrationModel,
    environments: Mapping[UUID, str],
    configs: Mapping[UUID, str],
    *,
    secrets: bool,
) -> Integration:
    """Return an integration, with its parameters only if `secrets` asks for them.

    Raises:
        UnreadableError: The integration is limited to a config or environment that the
            credentials cannot see. Leaving that out could turn "only these" into "all".
    """
    return Integration(
        name=model.name,
        type=wire_text(model.integration_type),
        parameters=model.parameters if secrets else None,
        environments=_named(model.environment_ids, environments, "environment"),
        configs=_named(model.config_ids, configs, "config"),
        id=model.integration_id,
    )


def read_member(model: MemberModel, groups: Mapping[int, str]) -> Member:
    """Return a member.

    Raises:
        UnreadableError: The credentials cannot see the address or the group.
    """
    group = groups.get(model.permission_group_id)
    if not model.email or group is None:
        raise UnreadableError(
            "the credentials cannot see the address or the permission group"
        )
    return Member(model.email, group)


def _named(ids: Iterable[K], names: Mapping[K, str], kind: str) -> tuple[str, ...]:
    found: list[str] = []
    for one in ids:
        name = names.get(one)
        if name is None:
            message = f"it is limited to {kind} {one}, which the credentials cannot see"
            raise UnreadableError(message)
        found.append(name)
    return tuple(sorted(found))
