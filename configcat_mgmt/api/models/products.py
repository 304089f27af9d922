"""Models that only the group `products` uses.

Generated, do not edit.
Command: python -m configcat_mgmt.codegen
"""

from uuid import UUID

from attrs import define, field

from configcat_mgmt.enums import OpenEnum
from configcat_mgmt.unset import UNSET, UnsetType


@define(kw_only=True)
class CreateProductRequest:
    """Request body to create a product in an organization."""

    name: str = field(
        metadata={
            "json": "name",
            "min_length": 1,
            "max_length": 1000,
            "required": True,
        },
    )
    """Name of the product. 1 to 1000 characters."""
    description: str | UnsetType | None = field(
        default=UNSET,
        metadata={
            "json": "description",
            "min_length": 0,
            "max_length": 1000,
            "nullable": True,
        },
    )
    """Description of the product. At most 1000 characters."""
    order: int | UnsetType | None = field(
        default=UNSET,
        metadata={"json": "order", "format": "int32", "nullable": True},
    )
    """Position in the list, counted from 0; equal positions are shown alphabetically.
    From -2147483648 to 2147483647."""


class KeyGenerationMode(OpenEnum):
    """Spelling of setting keys generated on the dashboard.

    Keys sent to the API are taken as given.
    """

    CAMEL_CASE = "camelCase"
    """Such as `myNewFlag`."""
    LOWER_CASE = "lowerCase"
    """All small letters."""
    UPPER_CASE = "upperCase"
    """All capital letters."""
    PASCAL_CASE = "pascalCase"
    """Such as `MyNewFlag`."""
    KEBAB_CASE = "kebabCase"
    """Such as `my-new-flag`."""


@define
class ReasonRequiredEnvironmentModel:
    """Whether one environment demands a reason for writes of values."""

    environment_id: UUID = field(
        metadata={"json": "environmentId", "format": "uuid", "essential": True},
    )
    """Id of the environment."""
    reason_required: bool = field(metadata={"json": "reasonRequired"})
    """Whether writes of values here must give a reason."""
    environment_name: str | None = field(
        metadata={"json": "environmentName", "nullable": True},
    )
    """Name of the environment."""


@define
class PreferencesModel:
    """The preferences of a product."""

    reason_required: bool = field(metadata={"json": "reasonRequired"})
    """Whether writes of values must give a reason in every environment."""
    key_generation_mode: KeyGenerationMode = field(
        metadata={"json": "keyGenerationMode"},
    )
    """Spelling the dashboard uses for generated setting keys."""
    show_variation_id: bool = field(metadata={"json": "showVariationId"})
    """Whether variation ids are shown."""
    reason_required_environments: list[ReasonRequiredEnvironmentModel] | None = field(
        metadata={"json": "reasonRequiredEnvironments", "nullable": True},
    )
    """Whether a reason is needed, by environment; counts besides `reasonRequired`."""
    mandatory_setting_hint: bool = field(metadata={"json": "mandatorySettingHint"})
    """Whether every setting must have a hint."""


@define(kw_only=True)
class UpdateReasonRequiredEnvironmentModel:
    """Whether one environment is to demand a reason for writes of values."""

    environment_id: UUID | UnsetType = field(
        default=UNSET,
        metadata={"json": "environmentId", "format": "uuid"},
    )
    """Id of the environment."""
    reason_required: bool | UnsetType = field(
        default=UNSET,
        metadata={"json": "reasonRequired"},
    )
    """Whether writes of values here must give a reason."""


@define(kw_only=True)
class UpdatePreferencesRequest:
    """Request body to change the preferences of a product."""

    reason_required: bool | UnsetType | None = field(
        default=UNSET,
        metadata={"json": "reasonRequired", "nullable": True},
    )
    """Whether writes of values must give a reason in every environment."""
    key_generation_mode: KeyGenerationMode | UnsetType | None = field(
        default=UNSET,
        metadata={"json": "keyGenerationMode", "nullable": True},
    )
    """Spelling the dashboard uses for generated setting keys."""
    show_variation_id: bool | UnsetType | None = field(
        default=UNSET,
        metadata={"json": "showVariationId", "nullable": True},
    )
    """Whether variation ids are shown."""
    mandatory_setting_hint: bool | UnsetType | None = field(
        default=UNSET,
        metadata={"json": "mandatorySettingHint", "nullable": True},
    )
    """Whether every setting must have a hint."""
    reason_required_environments: (
        list[UpdateReasonRequiredEnvironmentModel] | UnsetType | None
    ) = field(
        default=UNSET,
        metadata={"json": "reasonRequiredEnvironments", "nullable": True},
    )
    """Whether a reason is needed, by environment; counts besides `reasonRequired`."""


@define(kw_only=True)
class UpdateProductRequest:
    """Request body to update a product."""

    name: str | UnsetType | None = field(
        default=UNSET,
        metadata={
            "json": "name",
            "min_length": 0,
            "max_length": 1000,
            "nullable": True,
        },
    )
    """Name of the product; left out means unchanged. At most 1000 characters."""
    description: str | UnsetType | None = field(
        default=UNSET,
        metadata={
            "json": "description",
            "min_length": 0,
            "max_length": 1000,
            "nullable": True,
        },
    )
    """Description of the product; left out means unchanged. At most 1000 characters."""
    order: int | UnsetType | None = field(
        default=UNSET,
        metadata={"json": "order", "format": "int32", "nullable": True},
    )
    """Position in the list, counted from 0; equal positions are shown alphabetically.
    Left out means unchanged. From -2147483648 to 2147483647."""
