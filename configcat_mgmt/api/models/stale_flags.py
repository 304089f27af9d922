"""Models that only the group `stale_flags` uses.

Generated, do not edit.
Command: python -m configcat_mgmt.codegen
"""

from datetime import datetime
from uuid import UUID

from attrs import define, field

from configcat_mgmt.api.models.common import EvaluationVersion
from configcat_mgmt.enums import OpenEnum
from configcat_mgmt.model_repr import short_lists


@define
class StaleFlagSettingTagModel:
    """A tag attached to a stale setting."""

    tag_id: int
    """Number of the tag."""
    setting_tag_id: int
    """Number of the tag's attachment to the setting, not of the tag."""


@define
class StaleFlagSettingValueModel:
    """State of a setting in one environment."""

    environment_id: UUID = field(metadata={"essential": True})
    """Id of the environment."""
    updated_at: datetime | None
    """Time of the last change of the value, or null."""
    is_stale: bool = field(metadata={"essential": True})
    """Whether the setting is stale in this environment."""


@define(field_transformer=short_lists)
class StaleFlagSettingModel:
    """A stale setting."""

    setting_id: int = field(metadata={"format": "int32", "essential": True})
    """Number of the setting, unique over the whole service."""
    name: str
    """Name of the setting."""
    key: str = field(metadata={"essential": True})
    """Key of the setting."""
    hint: str | None
    """Short explanation of the setting; null if there is none."""
    has_code_references: bool
    """Whether there are known code references."""
    tags: list[StaleFlagSettingTagModel]
    """Tags attached to the setting."""
    setting_values: list[StaleFlagSettingValueModel]
    """State of the setting per environment."""


@define(field_transformer=short_lists)
class StaleFlagConfigModel:
    """A config with its stale settings."""

    config_id: UUID = field(metadata={"essential": True})
    """Id of the config."""
    name: str
    """Name of the config."""
    evaluation_version: EvaluationVersion
    """Whether the config has v1 or v2 flags."""
    has_code_references: bool
    """Whether there are known code references."""
    settings: list[StaleFlagSettingModel] = field(metadata={"essential": True})
    """The stale settings."""


@define
class StaleFlagEnvironmentModel:
    """An environment of a stale flag report."""

    environment_id: UUID = field(metadata={"essential": True})
    """Id of the environment."""
    name: str
    """Name of the environment."""


@define(field_transformer=short_lists)
class StaleFlagProductModel:
    """Report of the stale flags of a product."""

    product_id: UUID
    """Id of the product."""
    name: str
    """Name of the product."""
    configs: list[StaleFlagConfigModel] = field(metadata={"essential": True})
    """Configs with their stale settings."""
    environments: list[StaleFlagEnvironmentModel]
    """Environments of the report."""


class StaleFlagReminderScope(OpenEnum):
    """Which flags a stale flag report looks at."""

    ALL = "all"
    """All flags."""
    WATCHED_BY_ME = "watchedByMe"
    """Only flags that the caller watches."""


class StaleFlagStaleInEnvironmentsType(OpenEnum):
    """Whether a flag must be stale in one or in all environments."""

    STALE_IN_ANY_ENVIRONMENTS = "staleInAnyEnvironments"
    """In at least one environment."""
    STALE_IN_ALL_ENVIRONMENTS = "staleInAllEnvironments"
    """In every environment."""
