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
from configcat_mgmt.unset import UNSET, UnsetType


@define(kw_only=True)
class CreatePredefinedVariationValueModel:
    """Value of a predefined variation of a setting that is being created.

    Exactly one member is set, the one for the type of the setting.
    """

    bool_value: bool | UnsetType | None = field(
        default=UNSET,
        metadata={"json": "boolValue", "nullable": True},
    )
    """Value for a `boolean` setting; leave it unset for the other types."""
    string_value: str | UnsetType | None = field(
        default=UNSET,
        metadata={"json": "stringValue", "nullable": True},
    )
    """Value for a `string` setting; leave it unset for the other types."""
    int_value: int | UnsetType | None = field(
        default=UNSET,
        metadata={"json": "intValue", "format": "int32", "nullable": True},
    )
    """Value for an `int` setting, a 32-bit whole number; leave it unset for the other
    types. From -2147483648 to 2147483647."""
    double_value: float | UnsetType | None = field(
        default=UNSET,
        metadata={"json": "doubleValue", "format": "double", "nullable": True},
    )
    """Value for a `double` setting; leave it unset for the other types."""


@define(kw_only=True)
class CreatePredefinedVariationModel:
    """A predefined variation of a setting that is being created."""

    value: CreatePredefinedVariationValueModel = field(
        metadata={"json": "value", "required": True},
    )
    """Value of the variation, unique within the setting."""
    name: str | UnsetType | None = field(
        default=UNSET,
        metadata={"json": "name", "min_length": 0, "max_length": 255, "nullable": True},
    )
    """Name of the variation. At most 255 characters."""
    hint: str | UnsetType | None = field(
        default=UNSET,
        metadata={
            "json": "hint",
            "min_length": 0,
            "max_length": 1000,
            "nullable": True,
        },
    )
    """Short explanation of the variation. At most 1000 characters."""


@define(kw_only=True)
class InitialValue:
    """First value of a new setting in one environment."""

    environment_id: UUID | UnsetType = field(
        default=UNSET,
        metadata={"json": "environmentId", "format": "uuid"},
    )
    """Id of the environment."""
    value: SettingValueType = field(metadata={"json": "value", "required": True})
    """Value of the setting's type; with predefined variations it must equal one of
    theirs."""


@define(kw_only=True)
class CreateSettingInitialValues:
    """Request body to create a setting in a config."""

    name: str = field(
        metadata={"json": "name", "min_length": 1, "max_length": 255, "required": True},
    )
    """Name of the setting. 1 to 255 characters."""
    hint: str | UnsetType | None = field(
        default=UNSET,
        metadata={
            "json": "hint",
            "min_length": 0,
            "max_length": 1000,
            "nullable": True,
        },
    )
    """Short explanation of the setting. At most 1000 characters."""
    tags: list[int] | UnsetType | None = field(
        default=UNSET,
        metadata={"json": "tags", "format": "int64", "nullable": True},
    )
    """Numbers of the tags to attach."""
    order: int | UnsetType | None = field(
        default=UNSET,
        metadata={"json": "order", "format": "int32", "nullable": True},
    )
    """Position of the setting among those of its config. From -2147483648 to
    2147483647."""
    key: str = field(
        metadata={"json": "key", "min_length": 1, "max_length": 255, "required": True},
    )
    """Key of the setting, unique in its config and fixed after creation. 1 to 255
    characters."""
    setting_type: SettingType = field(
        metadata={"json": "settingType", "required": True},
    )
    """Type of the setting's values; it cannot be changed later."""
    predefined_variations: list[CreatePredefinedVariationModel] | UnsetType | None = (
        field(
            default=UNSET,
            metadata={"json": "predefinedVariations", "nullable": True},
        )
    )
    """Predefined variations; sending them means that only their values can be
    served."""
    initial_values: list[InitialValue] | UnsetType | None = field(
        default=UNSET,
        metadata={"json": "initialValues", "nullable": True},
    )
    """First values per environment; not together with `settingIdToInitFrom`."""
    setting_id_to_init_from: int | UnsetType | None = field(
        default=UNSET,
        metadata={"json": "settingIdToInitFrom", "format": "int32", "nullable": True},
    )
    """Number of a setting to copy values and tags from; not together with
    `initialValues`. From -2147483648 to 2147483647."""


@define
class PredefinedVariationEnvironmentModel:
    """An environment with the caller's access to it."""

    environment_id: UUID = field(metadata={"json": "environmentId", "format": "uuid"})
    """Id of the environment."""
    name: str = field(metadata={"json": "name"})
    """Name of the environment."""
    access_type: EnvironmentAccessType = field(metadata={"json": "accessType"})
    """Access of the caller to this environment."""


@define
class PredefinedVariationUsageModel:
    """A place where a predefined variation is in use."""

    setting_id: int = field(
        metadata={"json": "settingId", "format": "int32", "essential": True},
    )
    """Number of the setting that uses it."""
    environment_id: UUID = field(
        metadata={"json": "environmentId", "format": "uuid", "essential": True},
    )
    """Id of the environment where it is used."""


@define
class PredefinedVariationWithUsagesModel:
    """A predefined variation with the places where it is in use."""

    value: PredefinedVariationValueModel = field(
        metadata={"json": "value", "essential": True},
    )
    """Value of the variation, unique within the setting."""
    name: str | None = field(
        metadata={"json": "name", "min_length": 0, "max_length": 255, "nullable": True},
    )
    """Name of the variation."""
    hint: str | None = field(
        metadata={
            "json": "hint",
            "min_length": 0,
            "max_length": 1000,
            "nullable": True,
        },
    )
    """Short explanation of the variation; null if there is none."""
    predefined_variation_id: UUID = field(
        metadata={"json": "predefinedVariationId", "format": "uuid", "essential": True},
    )
    """Id of the predefined variation."""
    usages: list[PredefinedVariationUsageModel] = field(metadata={"json": "usages"})
    """Places of use that the caller can see."""
    usages_in_other_environments: int = field(
        metadata={"json": "usagesInOtherEnvironments", "format": "int32"},
    )
    """Number of uses in environments that the caller cannot see."""


@define
class PredefinedVariationsModel:
    """The predefined variations of a setting after an update."""

    predefined_variations: list[PredefinedVariationModel] = field(
        metadata={"json": "predefinedVariations", "essential": True},
    )
    """The predefined variations."""
    max_predefined_variations: int = field(
        metadata={"json": "maxPredefinedVariations", "format": "int32"},
    )
    """Greatest number of predefined variations a setting may have."""


@define
class PredefinedVariationsWithUsagesModel:
    """The predefined variations of a setting with their uses."""

    setting_key: str = field(metadata={"json": "settingKey"})
    """Key of the setting."""
    setting_type: SettingType = field(metadata={"json": "settingType"})
    """Type of the setting's values."""
    predefined_variations: list[PredefinedVariationWithUsagesModel] = field(
        metadata={"json": "predefinedVariations", "essential": True},
    )
    """The predefined variations."""
    environments: list[PredefinedVariationEnvironmentModel] = field(
        metadata={"json": "environments"},
    )
    """Environments with the caller's access to each."""
    max_predefined_variations: int = field(
        metadata={"json": "maxPredefinedVariations", "format": "int32"},
    )
    """Greatest number of predefined variations a setting may have."""


@define(kw_only=True)
class ReplaceSettingModel:
    """Request body to replace the metadata of a setting; key and type stay."""

    name: str = field(
        metadata={"json": "name", "min_length": 1, "max_length": 255, "required": True},
    )
    """Name of the setting. 1 to 255 characters."""
    hint: str | UnsetType | None = field(
        default=UNSET,
        metadata={
            "json": "hint",
            "min_length": 0,
            "max_length": 1000,
            "nullable": True,
        },
    )
    """Short explanation of the setting; left out means reset. At most 1000
    characters."""
    tags: list[int] | UnsetType | None = field(
        default=UNSET,
        metadata={"json": "tags", "format": "int64", "nullable": True},
    )
    """Numbers of all tags the setting is to have; left out means reset."""
    order: int | UnsetType | None = field(
        default=UNSET,
        metadata={"json": "order", "format": "int32", "nullable": True},
    )
    """Position of the setting among those of its config; left out means reset. From
    -2147483648 to 2147483647."""


@define(kw_only=True)
class UpdatePredefinedVariationValueModel:
    """Value of a predefined variation to be written.

    Exactly one member is set, the one for the type of the setting.
    """

    bool_value: bool | UnsetType | None = field(
        default=UNSET,
        metadata={"json": "boolValue", "nullable": True},
    )
    """Value for a `boolean` setting; leave it unset for the other types."""
    string_value: str | UnsetType | None = field(
        default=UNSET,
        metadata={"json": "stringValue", "nullable": True},
    )
    """Value for a `string` setting; leave it unset for the other types."""
    int_value: int | UnsetType | None = field(
        default=UNSET,
        metadata={"json": "intValue", "format": "int32", "nullable": True},
    )
    """Value for an `int` setting, a 32-bit whole number; leave it unset for the other
    types. From -2147483648 to 2147483647."""
    double_value: float | UnsetType | None = field(
        default=UNSET,
        metadata={"json": "doubleValue", "format": "double", "nullable": True},
    )
    """Value for a `double` setting; leave it unset for the other types."""


@define(kw_only=True)
class UpdatePredefinedVariationModel:
    """One entry of the new list of predefined variations."""

    value: UpdatePredefinedVariationValueModel = field(
        metadata={"json": "value", "required": True},
    )
    """Value of the variation, unique within the setting; fixed while the variation is
    in use."""
    name: str | UnsetType | None = field(
        default=UNSET,
        metadata={"json": "name", "min_length": 0, "max_length": 255, "nullable": True},
    )
    """Name of the variation. At most 255 characters."""
    hint: str | UnsetType | None = field(
        default=UNSET,
        metadata={
            "json": "hint",
            "min_length": 0,
            "max_length": 1000,
            "nullable": True,
        },
    )
    """Short explanation of the variation. At most 1000 characters."""
    predefined_variation_id: UUID | UnsetType | None = field(
        default=UNSET,
        metadata={"json": "predefinedVariationId", "format": "uuid", "nullable": True},
    )
    """Id of an existing variation to keep; left out means a new one."""


@define(kw_only=True)
class UpdatePredefinedVariationsRequest:
    """Request body to replace the list of predefined variations of a setting."""

    predefined_variations: list[UpdatePredefinedVariationModel] = field(
        metadata={"json": "predefinedVariations", "required": True},
    )
    """The whole new list; existing variations that it does not name are removed."""
