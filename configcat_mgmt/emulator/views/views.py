"""Response models of products and their contents."""

from typing import TypeVar

from configcat_mgmt.api.model_index import (
    ApproveRequiredEnvironmentModel,
    ConfigModel,
    DeletedSettingModel,
    EnvironmentModel,
    OrganizationModel,
    PredefinedVariationModel,
    PredefinedVariationValueModel,
    PreferencesModel,
    ProductModel,
    ReasonRequiredEnvironmentModel,
    SdkKeysModel,
    SegmentListModel,
    SegmentModel,
    SettingModel,
    TagModel,
)
from configcat_mgmt.emulator.domain.evaluation import PlainValue
from configcat_mgmt.emulator.domain.records import (
    Config,
    DeletedSetting,
    Environment,
    Organization,
    Product,
    SdkKeys,
    Segment,
    Setting,
    Tag,
    Variation,
)
from configcat_mgmt.emulator.domain.state import State
from configcat_mgmt.emulator.domain.usage import settings_using_segment

T = TypeVar("T")


def organization_view(organization: Organization) -> OrganizationModel:
    """Show an organization."""
    return OrganizationModel(
        organization_id=organization.organization_id, name=organization.name
    )


def product_view(state: State, product: Product) -> ProductModel:
    """Show a product with its organization."""
    return ProductModel(
        organization=organization_view(state.organizations[product.organization_id]),
        product_id=product.product_id,
        name=product.name,
        description=product.description,
        order=product.order,
        reason_required=product.preferences.reason_required,
        approve_required=product.preferences.approve_required,
    )


def preferences_view(state: State, product: Product) -> PreferencesModel:
    """Show the preferences of a product with those of its environments."""
    preferences = product.preferences
    return PreferencesModel(
        reason_required=preferences.reason_required,
        key_generation_mode=preferences.key_generation_mode,
        show_variation_id=preferences.show_variation_id,
        mandatory_setting_hint=preferences.mandatory_setting_hint,
        reason_required_environments=[
            ReasonRequiredEnvironmentModel(
                environment_id=environment.environment_id,
                reason_required=environment.reason_required,
                environment_name=environment.name,
            )
            for environment in state.environments_of(product)
        ],
        approve_required=preferences.approve_required,
        approve_required_environments=[
            ApproveRequiredEnvironmentModel(
                environment_id=environment.environment_id,
                approve_required=environment.approve_required,
                environment_name=environment.name,
            )
            for environment in state.environments_of(product)
        ],
    )


def config_view(state: State, config: Config) -> ConfigModel:
    """Show a config with its product."""
    return ConfigModel(
        product=product_view(state, state.product_of(config)),
        config_id=config.config_id,
        name=config.name,
        description=config.description,
        order=config.order,
        migrated_config_id=config.migrated_config_id,
        evaluation_version=config.evaluation_version,
    )


def environment_view(state: State, environment: Environment) -> EnvironmentModel:
    """Show an environment with its product."""
    return EnvironmentModel(
        product=product_view(state, state.product_of(environment)),
        environment_id=environment.environment_id,
        name=environment.name,
        color=environment.color,
        description=environment.description,
        order=environment.order,
        reason_required=environment.reason_required,
        approve_required=environment.approve_required,
    )


def tag_view(state: State, tag: Tag) -> TagModel:
    """Show a tag with its product."""
    return TagModel(
        product=product_view(state, state.product_of(tag)),
        tag_id=tag.tag_id,
        name=tag.name,
        color=tag.color,
    )


def setting_view(state: State, setting: Setting) -> SettingModel:
    """Show the metadata of a setting with its tags."""
    return SettingModel(
        setting_id=setting.setting_id,
        key=setting.key,
        name=setting.name,
        hint=setting.hint,
        order=setting.order,
        setting_type=setting.setting_type,
        config_id=setting.config_id,
        config_name=state.config_of(setting).name,
        created_at=setting.created_at,
        tags=[tag_view(state, state.tags[tag_id]) for tag_id in setting.tags],
        predefined_variations=[variation_view(one) for one in setting.variations],
        is_json=setting.is_json,
    )


def deleted_setting_view(setting: DeletedSetting) -> DeletedSettingModel:
    """Return a deleted setting."""
    return DeletedSettingModel(
        key=setting.key,
        name=setting.name,
        hint=setting.hint,
        setting_type=setting.setting_type,
    )


def variation_view(variation: Variation) -> PredefinedVariationModel:
    """Show a predefined variation."""
    return PredefinedVariationModel(
        value=variation_value_view(variation.value),
        name=variation.name,
        hint=variation.hint,
        predefined_variation_id=variation.variation_id,
    )


def variation_value_view(value: PlainValue) -> PredefinedVariationValueModel:
    """Show the value of a predefined variation in the member for its type."""
    is_bool = isinstance(value, bool)
    return PredefinedVariationValueModel(
        bool_value=_only(value, bool),
        string_value=_only(value, str),
        int_value=None if is_bool else _only(value, int),
        double_value=_only(value, float),
    )


def sdk_keys_view(keys: SdkKeys) -> SdkKeysModel:
    """Show the SDK keys of a config and environment."""
    return SdkKeysModel(primary=keys.primary, secondary=keys.secondary)


def segment_view(state: State, segment: Segment) -> SegmentModel:
    """Show a segment with its condition."""
    creator = state.users.get(segment.creator_id)
    updater = state.users.get(segment.updater_id)
    return SegmentModel(
        product=product_view(state, state.product_of(segment)),
        segment_id=segment.segment_id,
        name=segment.name,
        description=segment.description,
        creator_email=creator.email if creator else None,
        creator_full_name=creator.full_name if creator else None,
        created_at=segment.created_at,
        last_updater_email=updater.email if updater else None,
        last_updater_full_name=updater.full_name if updater else None,
        updated_at=segment.updated_at,
        comparison_attribute=segment.comparison_attribute,
        comparator=segment.comparator,
        comparison_value=segment.comparison_value,
    )


def segment_list_view(state: State, segment: Segment) -> SegmentListModel:
    """Show a segment with its usage."""
    creator = state.users.get(segment.creator_id)
    updater = state.users.get(segment.updater_id)
    return SegmentListModel(
        product=product_view(state, state.product_of(segment)),
        segment_id=segment.segment_id,
        name=segment.name,
        description=segment.description,
        creator_email=creator.email if creator else None,
        creator_full_name=creator.full_name if creator else None,
        created_at=segment.created_at,
        last_updater_email=updater.email if updater else None,
        last_updater_full_name=updater.full_name if updater else None,
        updated_at=segment.updated_at,
        usage=len(settings_using_segment(state, segment)),
    )


def _only(value: object, kind: type[T]) -> T | None:
    return value if isinstance(value, kind) else None
