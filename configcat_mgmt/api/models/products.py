"""Models that only the group `products` uses.

Generated, do not edit.
Command: python -m configcat_mgmt.codegen
"""

from uuid import UUID

from attrs import define, field

from configcat_mgmt.enums import OpenEnum
from configcat_mgmt.model_repr import short_lists
from configcat_mgmt.unset import UNSET, UnsetType


@define(kw_only=True)
class CreateProductRequest:
    """Request body to create a product in an organization."""

    name: str = field(metadata={"min_length": 1, "max_length": 1000})
    """Name of the product. 1 to 1000 characters."""
    description: str | UnsetType | None = field(
        default=UNSET,
        metadata={"max_length": 1000},
    )
    """Description of the product. At most 1000 characters."""
    order: int | UnsetType | None = field(default=UNSET, metadata={"format": "int32"})
    """Position in the list, counted from 0; equal positions are shown
    alphabetically."""


class KeyGenerationMode(OpenEnum):
    """Spelling of setting keys generated on the dashboard.

    Keys sent to the API are taken as given.
    """

    CAMEL_CASE = "camelCase"
    """Such as `myNewFlag`."""
    LOWER_CASE = "lowerCase"
    """All lowercase letters."""
    UPPER_CASE = "upperCase"
    """All uppercase letters."""
    PASCAL_CASE = "pascalCase"
    """Such as `MyNewFlag`."""
    KEBAB_CASE = "kebabCase"
    """Such as `my-new-flag`."""


@define
class ReasonRequiredEnvironmentModel:
    """Whether writes of values in one environment require a reason."""

    environment_id: UUID = field(metadata={"essential": True})
    """Id of the environment."""
    reason_required: bool
    """Whether writes of values here must give a reason."""
    environment_name: str | None
    """Name of the environment."""


@define
class ApproveRequiredEnvironmentModel:
    """Whether one environment requires approval."""

    environment_id: UUID = field(metadata={"essential": True})
    """Id of the environment."""
    approve_required: bool = field(metadata={"essential": True})
    """Whether V2 values here change through approved change requests only."""
    environment_name: str | None
    """Name of the environment."""


@define(field_transformer=short_lists)
class PreferencesModel:
    """The preferences of a product."""

    reason_required: bool
    """Whether writes of values must give a reason in every environment."""
    key_generation_mode: KeyGenerationMode
    """Spelling the dashboard uses for generated setting keys."""
    show_variation_id: bool
    """Whether variation ids are shown."""
    reason_required_environments: list[ReasonRequiredEnvironmentModel] | None
    """Whether a reason is needed, by environment; counts besides `reasonRequired`."""
    mandatory_setting_hint: bool
    """Whether every setting must have a hint."""
    approve_required: bool
    """Whether V2 values change through approved change requests only, in every
    environment."""
    approve_required_environments: list[ApproveRequiredEnvironmentModel] | None
    """Whether an approval is needed, by environment; counts besides
    `approveRequired`."""


@define(kw_only=True)
class UpdateReasonRequiredEnvironmentModel:
    """Whether writes of values in one environment require a reason, to be written."""

    environment_id: UUID | UnsetType = UNSET
    """Id of the environment."""
    reason_required: bool | UnsetType = UNSET
    """Whether writes of values here must give a reason."""


@define(kw_only=True)
class UpdateApproveRequiredEnvironmentModel:
    """Whether one environment requires approval, to be written."""

    environment_id: UUID | UnsetType = UNSET
    """Id of the environment."""
    approve_required: bool | UnsetType = UNSET
    """Whether V2 values here change through approved change requests only."""


@define(kw_only=True, field_transformer=short_lists)
class UpdatePreferencesRequest:
    """Request body to change the preferences of a product."""

    reason_required: bool | UnsetType | None = UNSET
    """Whether writes of values must give a reason in every environment."""
    key_generation_mode: KeyGenerationMode | UnsetType | None = UNSET
    """Spelling the dashboard uses for generated setting keys."""
    show_variation_id: bool | UnsetType | None = UNSET
    """Whether variation ids are shown."""
    mandatory_setting_hint: bool | UnsetType | None = UNSET
    """Whether every setting must have a hint."""
    reason_required_environments: (
        list[UpdateReasonRequiredEnvironmentModel] | UnsetType | None
    ) = UNSET
    """Whether a reason is needed, by environment; counts besides `reasonRequired`."""
    approve_required: bool | UnsetType | None = UNSET
    """Whether V2 values change through approved change requests only, in every
    environment; omitted means unchanged."""
    approve_required_environments: (
        list[UpdateApproveRequiredEnvironmentModel] | UnsetType | None
    ) = UNSET
    """Whether an approval is needed, by environment; counts besides `approveRequired`.
    Omitted means unchanged."""


@define(kw_only=True)
class UpdateProductRequest:
    """Request body to update a product."""

    name: str | UnsetType | None = field(default=UNSET, metadata={"max_length": 1000})
    """Name of the product; omitted means unchanged. At most 1000 characters."""
    description: str | UnsetType | None = field(
        default=UNSET,
        metadata={"max_length": 1000},
    )
    """Description of the product; omitted means unchanged. At most 1000 characters."""
    order: int | UnsetType | None = field(default=UNSET, metadata={"format": "int32"})
    """Position in the list, counted from 0; equal positions are shown alphabetically.
    Omitted means unchanged."""
