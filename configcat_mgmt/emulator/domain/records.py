"""The records of the emulated service; they refer to each other by id."""

from datetime import datetime
from uuid import UUID

import attrs

from configcat_mgmt.api.model_index import (
    AccessType,
    ApprovalPermissionType,
    AuditLogType,
    EnvironmentAccessType,
    EnvironmentApprovalPermissionType,
    EvaluationVersion,
    IntegrationLinkType,
    IntegrationType,
    KeyGenerationMode,
    SelectionRuleKind,
    SettingType,
    WebHookHttpMethod,
)
from configcat_mgmt.api.model_index import RolloutRuleComparator as Comparator
from configcat_mgmt.emulator.domain.evaluation import Content, PlainValue
from configcat_mgmt.emulator.domain.rights import Right


@attrs.define
class User:
    """A person with an account."""

    user_id: str
    email: str
    full_name: str
    two_factor: bool = False


@attrs.define
class Organization:
    """An organization with its people."""

    organization_id: UUID
    name: str
    admins: list[str] = attrs.field(factory=list[str])
    """User ids."""
    billing_managers: list[str] = attrs.field(factory=list[str])
    members: list[str] = attrs.field(factory=list[str])
    """All users, admins and billing managers included."""
    product_ids: list[UUID] = attrs.field(factory=list[UUID])
    proxy_profile_ids: list[UUID] = attrs.field(factory=list[UUID])


@attrs.define
class Preferences:
    """The preferences of a product; environments hold their own part."""

    reason_required: bool = False
    key_generation_mode: KeyGenerationMode = KeyGenerationMode.CAMEL_CASE
    show_variation_id: bool = False
    mandatory_setting_hint: bool = False
    approve_required: bool = False


@attrs.define
class Product:
    """A product and the ids of all that it owns."""

    product_id: UUID
    organization_id: UUID
    name: str
    description: str | None
    order: int
    preferences: Preferences = attrs.field(factory=Preferences)
    config_ids: list[UUID] = attrs.field(factory=list[UUID])
    environment_ids: list[UUID] = attrs.field(factory=list[UUID])
    tag_ids: list[int] = attrs.field(factory=list[int])
    segment_ids: list[UUID] = attrs.field(factory=list[UUID])
    permission_group_ids: list[int] = attrs.field(factory=list[int])
    integration_ids: list[UUID] = attrs.field(factory=list[UUID])
    members: dict[str, int] = attrs.field(factory=dict[str, int])
    """User id to the id of the one permission group that the user is in."""


@attrs.define
class Environment:
    """An environment of a product."""

    environment_id: UUID
    product_id: UUID
    name: str
    color: str | None
    description: str | None
    order: int
    reason_required: bool = False
    approve_required: bool = False


@attrs.define
class DeletedSetting:
    """A deleted setting, as the list of deleted settings shows it."""

    key: str
    name: str
    hint: str | None
    setting_type: SettingType
    deleted_at: datetime


@attrs.define
class Config:
    """A config of a product."""

    config_id: UUID
    product_id: UUID
    name: str
    description: str | None
    order: int
    evaluation_version: EvaluationVersion
    migrated_config_id: UUID | None = None
    setting_ids: dict[str, int] = attrs.field(factory=dict[str, int])
    """Setting key to id."""
    deleted_settings: list[DeletedSetting] = attrs.field(factory=list[DeletedSetting])


@attrs.define
class Variation:
    """A predefined variation of a setting."""

    variation_id: UUID
    value: PlainValue
    name: str | None
    hint: str | None


@attrs.define
class Setting:
    """A feature flag or setting without its values."""

    setting_id: int
    config_id: UUID
    key: str
    name: str
    hint: str | None
    setting_type: SettingType
    order: int
    created_at: datetime
    creator_id: str
    tags: dict[int, int] = attrs.field(factory=dict[int, int])
    """Tag id to the id of its attachment to this setting, in order of attachment."""
    variations: list[Variation] = attrs.field(factory=list[Variation])
    """Empty for a free-form setting."""
    is_json: bool = False
    """Whether each value of a text setting must be JSON."""


@attrs.define
class SettingValue:
    """The value of a setting in one environment."""

    version_id: UUID
    content: Content
    updated_at: datetime | None = None
    """None until it is written for the first time."""
    updater_id: str | None = None


@attrs.define
class Tag:
    """A label for settings."""

    tag_id: int
    product_id: UUID
    name: str
    color: str | None


@attrs.define
class Segment:
    """A named condition."""

    segment_id: UUID
    product_id: UUID
    name: str
    description: str | None
    comparison_attribute: str
    comparator: Comparator
    comparison_value: str
    creator_id: str
    created_at: datetime
    updater_id: str
    updated_at: datetime


@attrs.define
class SdkKeys:
    """The SDK keys of a config in an environment."""

    config_id: UUID
    environment_id: UUID
    primary: str
    secondary: str | None = None


@attrs.define
class PermissionGroup:
    """A permission group: the rights of its members."""

    permission_group_id: int
    product_id: UUID
    name: str
    rights: set[Right]
    access_type: AccessType
    new_environment_access_type: EnvironmentAccessType
    environment_accesses: dict[UUID, EnvironmentAccessType] = attrs.field(
        factory=dict[UUID, EnvironmentAccessType]
    )
    """Only of use if `access_type` is custom."""
    approval_type: ApprovalPermissionType = ApprovalPermissionType.CANNOT_APPROVE
    new_environment_approval: EnvironmentApprovalPermissionType = (
        EnvironmentApprovalPermissionType.CANNOT_APPROVE
    )
    environment_approvals: dict[UUID, EnvironmentApprovalPermissionType] = attrs.field(
        factory=dict[UUID, EnvironmentApprovalPermissionType]
    )
    """Only of use if `approval_type` is custom."""


@attrs.define
class Invitation:
    """A pending invitation to a product."""

    invitation_id: UUID
    product_id: UUID
    permission_group_id: int
    email: str
    created_at: datetime
    expires: datetime


@attrs.define
class WebhookHeader:
    """A header that a webhook sends."""

    key: str
    value: str = attrs.field(repr=False)
    is_secure: bool


@attrs.define
class Webhook:
    """A webhook of a config in an environment."""

    webhook_id: int
    config_id: UUID
    environment_id: UUID
    url: str
    http_method: WebHookHttpMethod
    content: str | None
    headers: list[WebhookHeader]
    signing_key1: str | None = attrs.field(repr=False)
    signing_key2: str | None = attrs.field(repr=False, default=None)


@attrs.define
class Integration:
    """A connection of a product with another service."""

    integration_id: UUID
    product_id: UUID
    name: str
    integration_type: IntegrationType
    parameters: dict[str, str] = attrs.field(repr=False)
    environment_ids: list[UUID]
    config_ids: list[UUID]


@attrs.frozen
class LinkedItem:
    """An item of another tool, such as an issue of Jira."""

    link_type: IntegrationLinkType
    key: str


@attrs.define
class IntegrationLink:
    """A link of a setting in an environment with an item of another tool."""

    environment_id: UUID
    setting_id: int
    item: LinkedItem
    description: str | None = None
    url: str | None = None


@attrs.define
class CodeLine:
    """A line of source code."""

    text: str | None
    number: int


@attrs.define
class CodeReference:
    """A place in source code where a setting occurs."""

    file: str
    file_url: str | None
    lines_before: list[CodeLine]
    lines_after: list[CodeLine]
    line: CodeLine


@attrs.define
class CodeReport:
    """The last report of a repository's branch about a config."""

    report_id: UUID
    config_id: UUID
    repository: str
    branch: str
    commit_url: str | None
    commit_hash: str | None
    uploader: str | None
    synced_at: datetime
    references: dict[int, list[CodeReference]]
    """By setting id."""


@attrs.define
class SelectionRule:
    """A rule that takes SDK keys into a proxy profile or keeps them out."""

    kind: SelectionRuleKind
    product_id: UUID | None
    config_id: UUID | None
    environment_id: UUID | None
    product_pattern: str | None
    config_pattern: str | None
    environment_pattern: str | None


@attrs.define
class ProxyProfile:
    """A profile of the ConfigCat Proxy."""

    proxy_profile_id: UUID
    organization_id: UUID
    name: str
    description: str | None
    poll_interval_seconds: int
    rules: list[SelectionRule]
    webhook_url: str | None = None
    signing_key1: str | None = attrs.field(repr=False, default=None)
    secret: str | None = attrs.field(repr=False, default=None)
    selected: list[tuple[UUID, UUID]] = attrs.field(factory=list[tuple[UUID, UUID]])
    """Pairs of config id and environment id."""


@attrs.define
class AuditEntry:
    """An entry of the audit log."""

    audit_log_id: int
    organization_id: UUID
    happened_at: datetime
    kind: AuditLogType
    user_id: str
    product_id: UUID | None
    config_id: UUID | None
    environment_id: UUID | None
    change_set_id: UUID
    where: str
    target: str
    details: str
    why: str | None
