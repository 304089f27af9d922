"""Response models of values, V1 and V2."""

from uuid import UUID

import attrs

from configcat_mgmt.api.model_index import (
    ComparisonValueListModel,
    ComparisonValueModel,
    ConditionModel,
    ConfigSettingFormulaModel,
    ConfigSettingFormulasModel,
    ConfigSettingValueModel,
    ConfigSettingValuesModel,
    FeatureFlagLimitations,
    IntegrationLinkModel,
    PercentageOptionModel,
    PrerequisiteFlagConditionModel,
    RolloutPercentageItemModel,
    RolloutRuleModel,
    SegmentConditionModel,
    SettingDataModel,
    SettingDataV2Model,
    SettingFormulaModel,
    SettingTagModel,
    SettingValueModel,
    TargetingRuleModel,
    UserConditionModel,
    ValueModel,
)
from configcat_mgmt.emulator.domain import access
from configcat_mgmt.emulator.domain.approval import can_bypass, is_approval_required
from configcat_mgmt.emulator.domain.change_requests import counts_of_requests
from configcat_mgmt.emulator.domain.evaluation import (
    Condition,
    Formula,
    ListItem,
    Rollout,
    RolloutRule,
    SegmentCondition,
    Served,
    TargetingRule,
    UserCondition,
)
from configcat_mgmt.emulator.domain.records import (
    Config,
    Environment,
    IntegrationLink,
    Setting,
    SettingValue,
)
from configcat_mgmt.emulator.domain.state import State
from configcat_mgmt.emulator.domain.usage import dependents_in, dependents_of
from configcat_mgmt.emulator.domain.value_writes import is_reason_required
from configcat_mgmt.emulator.views.views import (
    config_view,
    environment_view,
    variation_view,
)


def limitations_view(state: State) -> FeatureFlagLimitations:
    """Show the limits that concern values."""
    limits = state.limits
    return FeatureFlagLimitations(
        max_percentage_option_count=limits.percentage_options,
        max_targeting_rule_count=limits.targeting_rules,
        max_comparison_value_length=limits.comparison_value_length,
        max_comparison_value_list_length=limits.comparison_list_length,
        max_comparison_value_list_item_length=limits.comparison_list_item_length,
        max_string_flag_value_length=limits.string_value_length,
        max_condition_per_targeting_rule_count=limits.conditions_per_rule,
    )


def integration_link_view(link: IntegrationLink) -> IntegrationLinkModel:
    """Show a link with an item of another tool."""
    return IntegrationLinkModel(
        key=link.item.key,
        description=link.description,
        integration_link_type=link.item.link_type,
        url=link.url,
    )


def setting_data_view(state: State, setting: Setting) -> SettingDataModel:
    """Return the metadata next to a V1 value."""
    creator = state.users.get(setting.creator_id)
    return SettingDataModel(
        setting_id=setting.setting_id,
        key=setting.key,
        name=setting.name,
        hint=setting.hint,
        setting_type=setting.setting_type,
        order=setting.order,
        created_at=setting.created_at,
        creator_email=creator.email if creator else None,
        creator_full_name=creator.full_name if creator else None,
        is_watching=False,
        is_json=setting.is_json,
    )


def formula_view(
    state: State, setting: Setting, environment: Environment
) -> SettingFormulaModel:
    """Show what a V2 setting serves in an environment."""
    config = state.config_of(setting)
    around = _Around.one(state, setting, environment)
    plain = _config_formula_view(state, setting, environment, around)
    return SettingFormulaModel(
        last_version_id=plain.last_version_id,
        default_value=plain.default_value,
        targeting_rules=plain.targeting_rules,
        setting=plain.setting,
        updated_at=plain.updated_at,
        percentage_evaluation_attribute=plain.percentage_evaluation_attribute,
        last_updater_user_email=plain.last_updater_user_email,
        last_updater_user_full_name=plain.last_updater_user_full_name,
        integration_links=plain.integration_links,
        setting_tags=plain.setting_tags,
        setting_ids_where_prerequisite=plain.setting_ids_where_prerequisite,
        change_request_count=plain.change_request_count,
        config=config_view(state, config),
        environment=environment_view(state, environment),
        read_only=access.is_read_only(state, environment),
        feature_flag_limitations=limitations_view(state),
        approve_required=is_approval_required(state, environment),
        can_bypass_approval=can_bypass(state, environment),
        reason_required=is_reason_required(state, environment),
    )


def formulas_view(
    state: State, config: Config, environment: Environment
) -> ConfigSettingFormulasModel:
    """Show what all settings of a V2 config serve in an environment."""
    around = _Around(
        links=_Links(state),
        request_counts=counts_of_requests(state, config, environment),
        dependents=dependents_in(state, config, environment.environment_id),
    )
    return ConfigSettingFormulasModel(
        config=config_view(state, config),
        environment=environment_view(state, environment),
        read_only=access.is_read_only(state, environment),
        setting_formulas=[
            _config_formula_view(state, setting, environment, around)
            for setting in state.settings_of(config)
        ],
        feature_flag_limitations=limitations_view(state),
        approve_required=is_approval_required(state, environment),
        can_bypass_approval=can_bypass(state, environment),
        reason_required=is_reason_required(state, environment),
    )


def proposed_formula_view(
    state: State,
    setting: Setting,
    environment: Environment,
    formula: Formula,
    version_id: UUID,
) -> ConfigSettingFormulaModel:
    """Show a value that a change request proposes, made from a version."""
    around = _Around.one(state, setting, environment)
    model = _config_formula_view(state, setting, environment, around)
    model.last_version_id = version_id
    model.default_value = served_view(formula.default)
    model.targeting_rules = [_rule_view(rule) for rule in formula.rules]
    model.percentage_evaluation_attribute = formula.percentage_attribute
    return model


def rollout_view(
    state: State, setting: Setting, environment: Environment
) -> SettingValueModel:
    """Show what a V1 setting serves in an environment."""
    plain = _config_value_view(
        state, setting, environment.environment_id, _Links(state)
    )
    return SettingValueModel(
        setting=plain.setting,
        updated_at=plain.updated_at,
        last_updater_user_email=plain.last_updater_user_email,
        last_updater_user_full_name=plain.last_updater_user_full_name,
        integration_links=plain.integration_links,
        setting_tags=plain.setting_tags,
        rollout_rules=plain.rollout_rules,
        rollout_percentage_items=plain.rollout_percentage_items,
        value=plain.value,
        config=config_view(state, state.config_of(setting)),
        environment=environment_view(state, environment),
        feature_flag_limitations=limitations_view(state),
        read_only=access.is_read_only(state, environment),
    )


def rollouts_view(
    state: State, config: Config, environment: Environment
) -> ConfigSettingValuesModel:
    """Show what all settings of a V1 config serve in an environment."""
    links = _Links(state)
    return ConfigSettingValuesModel(
        config=config_view(state, config),
        environment=environment_view(state, environment),
        read_only=access.is_read_only(state, environment),
        setting_values=[
            _config_value_view(state, setting, environment.environment_id, links)
            for setting in state.settings_of(config)
        ],
        feature_flag_limitations=limitations_view(state),
    )


def served_view(value: Served) -> ValueModel:
    """Show a V2 value in the one member for it."""
    model = ValueModel(None, None, None, None, None)
    match value:
        case bool():
            model.bool_value = value
        case str():
            model.string_value = value
        case int():
            model.int_value = value
        case float():
            model.double_value = value
        case UUID():
            model.predefined_variation_id = value
    return model


def comparison_value_view(
    value: str | float | tuple[ListItem, ...],
) -> ComparisonValueModel:
    """Show a value to compare with in the one member for it."""
    model = ComparisonValueModel(None, None, None)
    if isinstance(value, str):
        model.string_value = value
    elif isinstance(value, tuple):
        model.list_value = [
            ComparisonValueListModel(item.value, item.hint) for item in value
        ]
    else:
        model.double_value = value
    return model


class _Links:
    """The integration links, sorted once for a whole answer."""

    def __init__(self, state: State) -> None:
        self._sorted: dict[tuple[UUID, int], list[IntegrationLinkModel]] = {}
        for link in state.integration_links:
            place = (link.environment_id, link.setting_id)
            self._sorted.setdefault(place, []).append(integration_link_view(link))

    def at(self, environment_id: UUID, setting_id: int) -> list[IntegrationLinkModel]:
        return self._sorted.get((environment_id, setting_id), [])


@attrs.frozen
class _Around:
    """All that surrounds the values of a place, collected once for a response."""

    links: _Links
    request_counts: dict[int, int]
    """How many open change requests each setting is in, by setting id."""
    dependents: dict[int, list[int]]
    """Ids of the settings that depend on a setting, by its id."""

    @classmethod
    def one(cls, state: State, setting: Setting, environment: Environment) -> "_Around":
        """Collect the surroundings of one value."""
        config = state.config_of(setting)
        places = [environment.environment_id]
        return cls(
            links=_Links(state),
            request_counts=counts_of_requests(state, config, environment),
            dependents={setting.setting_id: dependents_of(state, setting, places)},
        )


def _config_formula_view(
    state: State,
    setting: Setting,
    environment: Environment,
    around: _Around,
) -> ConfigSettingFormulaModel:
    environment_id = environment.environment_id
    value = state.values[environment_id, setting.setting_id]
    formula = value.content
    if not isinstance(formula, Formula):  # pragma: no cover - V2 configs hold these
        raise TypeError(formula)
    data = setting_data_view(state, setting)
    email, full_name = _updater(state, value)
    return ConfigSettingFormulaModel(
        last_version_id=value.version_id,
        default_value=served_view(formula.default),
        targeting_rules=[_rule_view(rule) for rule in formula.rules],
        setting=SettingDataV2Model(
            setting_id=data.setting_id,
            key=data.key,
            name=data.name,
            hint=data.hint,
            setting_type=data.setting_type,
            order=data.order,
            created_at=data.created_at,
            creator_email=data.creator_email,
            creator_full_name=data.creator_full_name,
            predefined_variations=[variation_view(one) for one in setting.variations],
            is_watching=data.is_watching,
            is_json=data.is_json,
        ),
        updated_at=value.updated_at,
        percentage_evaluation_attribute=formula.percentage_attribute,
        last_updater_user_email=email,
        last_updater_user_full_name=full_name,
        integration_links=around.links.at(environment_id, setting.setting_id),
        setting_tags=_setting_tags(state, setting),
        setting_ids_where_prerequisite=around.dependents.get(setting.setting_id, []),
        change_request_count=around.request_counts.get(setting.setting_id, 0),
    )


def _config_value_view(
    state: State, setting: Setting, environment_id: UUID, links: _Links
) -> ConfigSettingValueModel:
    value = state.values[environment_id, setting.setting_id]
    rollout = value.content
    if not isinstance(rollout, Rollout):  # pragma: no cover - V1 configs hold these
        raise TypeError(rollout)
    email, full_name = _updater(state, value)
    return ConfigSettingValueModel(
        setting=setting_data_view(state, setting),
        updated_at=value.updated_at,
        last_updater_user_email=email,
        last_updater_user_full_name=full_name,
        integration_links=links.at(environment_id, setting.setting_id),
        setting_tags=_setting_tags(state, setting),
        rollout_rules=[_rollout_rule_view(rule) for rule in rollout.rules],
        rollout_percentage_items=[
            RolloutPercentageItemModel(percentage=item.percentage, value=item.value)
            for item in rollout.items
        ],
        value=rollout.value,
    )


def _updater(state: State, value: SettingValue) -> tuple[str | None, str | None]:
    user = state.users.get(value.updater_id) if value.updater_id else None
    return (user.email, user.full_name) if user else (None, None)


def _setting_tags(state: State, setting: Setting) -> list[SettingTagModel]:
    return [
        SettingTagModel(
            setting_tag_id=setting_tag_id,
            tag_id=tag_id,
            name=state.tags[tag_id].name,
            color=state.tags[tag_id].color,
        )
        for tag_id, setting_tag_id in setting.tags.items()
    ]


def _rollout_rule_view(rule: RolloutRule) -> RolloutRuleModel:
    model = RolloutRuleModel(
        comparison_attribute=None,
        comparator=None,
        comparison_value=None,
        value=rule.value,
        segment_comparator=None,
        segment_id=None,
    )
    condition = rule.condition
    if isinstance(condition, SegmentCondition):
        model.segment_comparator = condition.comparator
        model.segment_id = condition.segment_id
    else:
        model.comparison_attribute = condition.attribute
        model.comparator = condition.comparator
        model.comparison_value = condition.value
    return model


def _rule_view(rule: TargetingRule) -> TargetingRuleModel:
    model = TargetingRuleModel(
        conditions=[_condition_view(condition) for condition in rule.conditions],
        percentage_options=[],
        value=None,
    )
    if isinstance(rule.served, tuple):
        model.percentage_options = [
            PercentageOptionModel(
                percentage=option.percentage, value=served_view(option.value)
            )
            for option in rule.served
        ]
    else:
        model.value = served_view(rule.served)
    return model


def _condition_view(condition: Condition) -> ConditionModel:
    model = ConditionModel(None, None, None)
    if isinstance(condition, UserCondition):
        model.user_condition = _user_condition_view(condition)
    elif isinstance(condition, SegmentCondition):
        model.segment_condition = SegmentConditionModel(
            segment_id=condition.segment_id, comparator=condition.comparator
        )
    else:
        model.prerequisite_flag_condition = PrerequisiteFlagConditionModel(
            prerequisite_setting_id=condition.setting_id,
            comparator=condition.comparator,
            prerequisite_comparison_value=served_view(condition.value),
        )
    return model


def _user_condition_view(condition: UserCondition) -> UserConditionModel:
    return UserConditionModel(
        comparison_attribute=condition.attribute,
        comparator=condition.comparator,
        comparison_value=comparison_value_view(condition.value),
    )
