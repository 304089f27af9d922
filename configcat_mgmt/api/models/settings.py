"""Models that only the group `settings` uses.

Generated, do not edit.
Command: python -m configcat_mgmt.codegen
"""

from uuid import UUID

from attrs import define, field

from configcat_mgmt.api.models.common import (
    EnvironmentAccessType,
    PredefinedVariationModel,
    PredefinedVariationValueModel,
    SettingType,
    SettingValueType,
)
from configcat_mgmt.model_repr import short_lists
from configcat_mgmt.unset import UNSET, UnsetType


@define(kw_only=True)
class CreatePredefinedVariationValueModel:
    """Value of a predefined variation of a setting that is being created.

    Exactly one member is set, the one for the type of the setting.
    """

    bool_value: bool | UnsetType | None = UNSET
    """Value for a `boolean` setting; leave it unset for the other types."""
    string_value: str | UnsetType | None = UNSET
    """Value for a `string` setting; leave it unset for the other types."""
    int_value: int | UnsetType | None = field(
        default=UNSET,
        metadata={"format": "int32"},
    )
    """Value for an `int` setting, a 32-bit whole number; leave it unset for the other
    types."""
    double_value: float | UnsetType | None = UNSET
    """Value for a `double` setting; leave it unset for the other types."""


@define(kw_only=True)
class CreatePredefinedVariationModel:
    """A predefined variation of a setting that is being created."""

    value: CreatePredefinedVariationValueModel
    """Value of the variation, unique within the setting."""
    name: str | UnsetType | None = field(default=UNSET, metadata={"max_length": 255})
    """Name of the variation. At most 255 characters."""
    hint: str | UnsetType | None = field(default=UNSET, metadata={"max_length": 1000})
    """Short explanation of the variation. At most 1000 characters."""


@define(kw_only=True)
class InitialValue:
    """First value of a new setting in one environment."""

    environment_id: UUID | UnsetType = UNSET
    """Id of the environment."""
    value: SettingValueType
    """Value of the setting's type; with predefined variations it must equal one of
    theirs."""


@define(kw_only=True, field_transformer=short_lists)
class CreateSettingInitialValues:
    """Request body to create a setting in a config."""

    name: str = field(metadata={"min_length": 1, "max_length": 255})
    """Name of the setting. 1 to 255 characters."""
    hint: str | UnsetType | None = field(default=UNSET, metadata={"max_length": 1000})
    """Short explanation of the setting. At most 1000 characters."""
    tags: list[int] | UnsetType | None = UNSET
    """Numbers of the tags to attach."""
    order: int | UnsetType | None = field(default=UNSET, metadata={"format": "int32"})
    """Position of the setting among those of its config."""
    is_json: bool | UnsetType | None = UNSET
    """Whether the values are JSON documents, which the service checks; for `string`
    settings only."""
    key: str = field(metadata={"min_length": 1, "max_length": 255})
    """Key of the setting, unique in its config and fixed after creation. 1 to 255
    characters."""
    setting_type: SettingType
    """Type of the setting's values; it cannot be changed later."""
    predefined_variations: list[CreatePredefinedVariationModel] | UnsetType | None = (
        UNSET
    )
    """Predefined variations; if set, the setting can serve only their values."""
    initial_values: list[InitialValue] | UnsetType | None = UNSET
    """First values per environment; not together with `settingIdToInitFrom`."""
    setting_id_to_init_from: int | UnsetType | None = field(
        default=UNSET,
        metadata={"format": "int32"},
    )
    """Number of a setting to copy values and tags from; not together with
    `initialValues`."""


@define
class PredefinedVariationEnvironmentModel:
    """An environment with the caller's access to it."""

    environment_id: UUID
    """Id of the environment."""
    name: str
    """Name of the environment."""
    access_type: EnvironmentAccessType
    """Access of the caller to this environment."""


@define
class PredefinedVariationUsageModel:
    """A place where a predefined variation is in use."""

    setting_id: int = field(metadata={"format": "int32", "essential": True})
    """Number of the setting that uses it."""
    environment_id: UUID = field(metadata={"essential": True})
    """Id of the environment where it is used."""


@define
class PredefinedVariationChangeRequestUsageModel:
    """A change request that uses a predefined variation."""

    change_request_id: int = field(metadata={"essential": True})
    """Number of the change request."""
    change_request_title: str
    """Title of the change request."""
    setting_id: int = field(metadata={"format": "int32"})
    """Number of the setting that uses the variation."""
    environment_id: UUID
    """Id of the environment of the change request."""


@define(field_transformer=short_lists)
class PredefinedVariationWithUsagesModel:
    """A predefined variation with the places where it is in use."""

    value: PredefinedVariationValueModel = field(metadata={"essential": True})
    """Value of the variation, unique within the setting."""
    name: str | None = field(metadata={"max_length": 255})
    """Name of the variation."""
    hint: str | None = field(metadata={"max_length": 1000})
    """Short explanation of the variation; null if there is none."""
    predefined_variation_id: UUID = field(metadata={"essential": True})
    """Id of the predefined variation."""
    usages: list[PredefinedVariationUsageModel]
    """Places of use that the caller can see."""
    usages_in_other_environments: int = field(metadata={"format": "int32"})
    """Number of uses in environments that the caller cannot see."""
    change_request_usages: list[PredefinedVariationChangeRequestUsageModel]
    """Open change requests with the variation that the caller can see."""
    change_request_usages_in_other_environments: int = field(
        metadata={"format": "int32"},
    )
    """Number of uses by change requests in environments that the caller cannot see."""


@define(field_transformer=short_lists)
class PredefinedVariationsModel:
    """The predefined variations of a setting after an update."""

    predefined_variations: list[PredefinedVariationModel] = field(
        metadata={"essential": True},
    )
    """The predefined variations."""
    max_predefined_variations: int = field(metadata={"format": "int32"})
    """Maximum number of predefined variations a setting may have."""


@define(field_transformer=short_lists)
class PredefinedVariationsWithUsagesModel:
    """The predefined variations of a setting with their uses."""

    setting_key: str
    """Key of the setting."""
    setting_type: SettingType
    """Type of the setting's values."""
    predefined_variations: list[PredefinedVariationWithUsagesModel] = field(
        metadata={"essential": True},
    )
    """The predefined variations."""
    environments: list[PredefinedVariationEnvironmentModel]
    """Environments with the caller's access to each."""
    max_predefined_variations: int = field(metadata={"format": "int32"})
    """Maximum number of predefined variations a setting may have."""


@define(kw_only=True, field_transformer=short_lists)
class ReplaceSettingModel:
    """Request body to replace the metadata of a setting; key and type stay."""

    name: str = field(metadata={"min_length": 1, "max_length": 255})
    """Name of the setting. 1 to 255 characters."""
    hint: str | UnsetType | None = field(default=UNSET, metadata={"max_length": 1000})
    """Short explanation of the setting; omitted means reset. At most 1000
    characters."""
    tags: list[int] | UnsetType | None = UNSET
    """Numbers of all tags the setting is to have; omitted means reset."""
    order: int | UnsetType | None = field(default=UNSET, metadata={"format": "int32"})
    """Position of the setting among those of its config; omitted means reset."""
    is_json: bool | UnsetType | None = UNSET
    """Whether the values are JSON documents, which the service checks; for `string`
    settings only."""


@define(kw_only=True)
class UpdatePredefinedVariationValueModel:
    """Value of a predefined variation to be written.

    Exactly one member is set, the one for the type of the setting.
    """

    bool_value: bool | UnsetType | None = UNSET
    """Value for a `boolean` setting; leave it unset for the other types."""
    string_value: str | UnsetType | None = UNSET
    """Value for a `string` setting; leave it unset for the other types."""
    int_value: int | UnsetType | None = field(
        default=UNSET,
        metadata={"format": "int32"},
    )
    """Value for an `int` setting, a 32-bit whole number; leave it unset for the other
    types."""
    double_value: float | UnsetType | None = UNSET
    """Value for a `double` setting; leave it unset for the other types."""


@define(kw_only=True)
class UpdatePredefinedVariationModel:
    """One entry of the new list of predefined variations."""

    value: UpdatePredefinedVariationValueModel
    """Value of the variation, unique within the setting; fixed while the variation is
    in use."""
    name: str | UnsetType | None = field(default=UNSET, metadata={"max_length": 255})
    """Name of the variation. At most 255 characters."""
    hint: str | UnsetType | None = field(default=UNSET, metadata={"max_length": 1000})
    """Short explanation of the variation. At most 1000 characters."""
    predefined_variation_id: UUID | UnsetType | None = UNSET
    """Id of an existing variation to keep; omitted means a new one."""


@define(kw_only=True, field_transformer=short_lists)
class UpdatePredefinedVariationsRequest:
    """Request body to replace the list of predefined variations of a setting."""

    predefined_variations: list[UpdatePredefinedVariationModel]
    """The whole new list; existing variations that it does not name are removed."""
