"""Feature flags and settings, without their values."""

from collections.abc import Sequence
from uuid import UUID

from configcat_mgmt.api.model_index import (
    AuditLogType,
    CreateSettingInitialValues,
    JsonPatchOperation,
    PredefinedVariationsModel,
    PredefinedVariationsWithUsagesModel,
    ReplaceSettingModel,
    SettingModel,
    SettingType,
    UpdatePredefinedVariationModel,
    UpdatePredefinedVariationsRequest,
)
from configcat_mgmt.api.operations import settings as operations
from configcat_mgmt.emulator.domain import access
from configcat_mgmt.emulator.domain.absent import given, given_or, items_of
from configcat_mgmt.emulator.domain.lifecycle import add_setting, remove_setting
from configcat_mgmt.emulator.domain.names import require_key
from configcat_mgmt.emulator.domain.ordering import next_order
from configcat_mgmt.emulator.domain.patching import patched
from configcat_mgmt.emulator.domain.records import (
    Config,
    DeletedSetting,
    Product,
    Setting,
    Variation,
)
from configcat_mgmt.emulator.domain.refusals import Refused
from configcat_mgmt.emulator.domain.setting_creation import (
    copied_contents,
    copied_variations,
    initial_contents,
    read_variations,
    source_of,
)
from configcat_mgmt.emulator.domain.state import State, require_room
from configcat_mgmt.emulator.domain.typed_values import (
    read_variation_value,
    require_json,
    require_unique_values,
)
from configcat_mgmt.emulator.domain.usage import (
    dependents_of,
    proposed_variation_usages,
    served_in,
    titles_depending_on,
    variation_usages,
)
from configcat_mgmt.emulator.handlers.registry import handles
from configcat_mgmt.emulator.views.variation_views import variations_with_usages_view
from configcat_mgmt.emulator.views.views import setting_view, variation_view


@handles(operations.GET_SETTINGS)
def get_settings(state: State, config_id: UUID) -> list[SettingModel]:
    """List the settings of a config."""
    config = state.config(config_id)
    return [setting_view(state, setting) for setting in state.settings_of(config)]


@handles(operations.CREATE_SETTING)
def create_setting(
    state: State, config_id: UUID, body: CreateSettingInitialValues
) -> SettingModel:
    """Create a setting with a value in each environment."""
    config = state.config(config_id)
    product = state.product_of(config)
    access.require(state, product, "can_create_or_update_setting")
    require_key(body.key, config.setting_ids)
    limit = state.limits.settings
    require_room(len(config.setting_ids), limit, "settings")
    hint = _allowed_hint(product, given(body.hint))
    source = source_of(state, config, body)
    tag_ids = _known_tags(state, product, items_of(body.tags))
    if source is not None:
        tag_ids = list(dict.fromkeys([*tag_ids, *source.tags]))
    if tag_ids:
        access.require(state, product, "can_tag_setting")
    setting = Setting(
        setting_id=state.identifiers.number("setting"),
        config_id=config_id,
        key=body.key,
        name=body.name,
        hint=hint,
        setting_type=body.setting_type,
        order=given_or(body.order, next_order(state.settings_of(config))),
        created_at=state.clock(),
        creator_id=state.caller.user_id,
        is_json=_allowed_json(body.setting_type, given_or(body.is_json, False)),
    )
    setting.variations = read_variations(state, config, setting, body)
    if source is None:
        entries = items_of(body.initial_values)
        contents = initial_contents(state, config, setting, entries)
    else:
        setting.variations, new_ids = copied_variations(state, source)
        contents = copied_contents(state, config, source, new_ids)
    add_setting(state, setting, contents)
    state.log(AuditLogType.SETTING_CREATED, setting.key, config=config)
    _attach(state, config, setting, tag_ids)
    return setting_view(state, setting)


@handles(operations.GET_SETTING)
def get_setting(state: State, setting_id: int) -> SettingModel:
    """Show a setting."""
    return setting_view(state, state.setting(setting_id))


@handles(operations.REPLACE_SETTING)
def replace_setting(
    state: State, setting_id: int, body: ReplaceSettingModel
) -> SettingModel:
    """Replace name, hint, tags and order; a field that is left out is reset."""
    setting = state.setting(setting_id)
    _change(state, setting, body, given_or(body.order, 0))
    return setting_view(state, setting)


@handles(operations.UPDATE_SETTING)
def update_setting(
    state: State, setting_id: int, body: list[JsonPatchOperation]
) -> SettingModel:
    """Patch name, hint, tags and order; tags are a list of tag ids here.

    The description leaves `order` out. The acceptance tests of the official Terraform
    provider patch it.
    """
    setting = state.setting(setting_id)
    current = ReplaceSettingModel(
        name=setting.name,
        hint=setting.hint,
        tags=list(setting.tags),
        order=setting.order,
        is_json=setting.is_json,
    )
    requested = patched(current, ReplaceSettingModel, body)
    _change(state, setting, requested, given_or(requested.order, 0))
    return setting_view(state, setting)


@handles(operations.DELETE_SETTING)
def delete_setting(state: State, setting_id: int) -> None:
    """Delete a setting that no other one has as a prerequisite."""
    setting = state.setting(setting_id)
    config = state.config_of(setting)
    product = state.product_of(config)
    access.require(state, product, "can_delete_setting")
    dependents = dependents_of(state, setting, product.environment_ids)
    if dependents:
        keys = ", ".join(state.settings[number].key for number in dependents)
        raise Refused((), f"The setting is a prerequisite of {keys}.")
    titles = titles_depending_on(state, setting)
    if titles:
        message = (
            f"The setting is a prerequisite in change requests: {', '.join(titles)}."
        )
        raise Refused((), message)
    remove_setting(state, setting)
    config.deleted_settings.append(
        DeletedSetting(
            key=setting.key,
            name=setting.name,
            hint=setting.hint,
            setting_type=setting.setting_type,
            deleted_at=state.clock(),
        )
    )
    state.log(AuditLogType.SETTING_DELETED, setting.key, config=config)


@handles(operations.GET_PREDEFINED_VARIATIONS)
def get_predefined_variations(
    state: State, setting_id: int
) -> PredefinedVariationsWithUsagesModel:
    """Show the predefined variations and where they are in use."""
    return variations_with_usages_view(state, state.setting(setting_id))


@handles(operations.UPDATE_PREDEFINED_VARIATIONS)
def update_predefined_variations(
    state: State, setting_id: int, body: UpdatePredefinedVariationsRequest
) -> PredefinedVariationsModel:
    """Replace the list of predefined variations; used ones must keep their value."""
    setting = state.setting(setting_id)
    config = state.config_of(setting)
    access.require(state, state.product_of(config), "can_create_or_update_setting")
    path = "predefined_variations"
    if not setting.variations:
        raise Refused(path, "The setting has no predefined variations.")
    if not body.predefined_variations:
        raise Refused(path, "At least one predefined variation must remain.")
    limit = state.limits.predefined_variations
    require_room(len(body.predefined_variations) - 1, limit, "variations")
    requested = [
        _wanted_variation(state, setting, entry, number)
        for number, entry in enumerate(body.predefined_variations)
    ]
    require_unique_values(requested, path)
    _require_kept(state, setting, requested)
    setting.variations = requested
    kind = AuditLogType.PREDEFINED_VARIATIONS_CHANGED
    state.log(kind, setting.key, config=config)
    return PredefinedVariationsModel(
        predefined_variations=[variation_view(one) for one in requested],
        max_predefined_variations=limit,
    )


def _change(
    state: State, setting: Setting, requested: ReplaceSettingModel, order: int
) -> None:
    config = state.config_of(setting)
    product = state.product_of(config)
    tag_ids = _known_tags(state, product, items_of(requested.tags))
    hint = _allowed_hint(product, given(requested.hint))
    is_json = _allowed_json(setting.setting_type, given_or(requested.is_json, False))
    is_retagged = set(tag_ids) != set(setting.tags)
    present = (setting.name, setting.hint, setting.order, setting.is_json)
    is_changed = present != (requested.name, hint, order, is_json)
    if is_retagged:
        access.require(state, product, "can_tag_setting")
    if is_changed or not is_retagged:
        access.require(state, product, "can_create_or_update_setting")
    if is_json and not setting.is_json:
        _require_json_values(state, setting)
    setting.name, setting.hint, setting.order = requested.name, hint, order
    setting.is_json = is_json
    if is_changed:
        state.log(AuditLogType.SETTING_CHANGED, setting.key, config=config)
    _attach(state, config, setting, tag_ids)


def _attach(
    state: State, config: Config, setting: Setting, tag_ids: Sequence[int]
) -> None:
    """Give a setting exactly these tags; attachments that stay keep their ids."""
    before = setting.tags
    setting.tags = {
        tag_id: before.get(tag_id) or state.identifiers.number("setting_tag")
        for tag_id in tag_ids
    }
    for tag_id in [*before, *setting.tags]:
        kinds = {
            (False, True): AuditLogType.SETTING_TAG_ADDED,
            (True, False): AuditLogType.SETTING_TAG_REMOVED,
        }
        kind = kinds.get((tag_id in before, tag_id in setting.tags))
        if kind is not None:
            target = f"{setting.key}: {state.tags[tag_id].name}"
            state.log(kind, target, config=config)


def _known_tags(state: State, product: Product, tag_ids: Sequence[int]) -> list[int]:
    """Return the tag ids once each.

    Raises:
        Refused: A tag does not exist in the product.
    """
    for number, tag_id in enumerate(tag_ids):
        tag = state.tags.get(tag_id)
        if tag is None or tag.product_id != product.product_id:
            raise Refused(("tags", number), f"The product has no tag {tag_id}.")
    return list(dict.fromkeys(tag_ids))


def _allowed_hint(product: Product, hint: str | None) -> str | None:
    if product.preferences.mandatory_setting_hint and not (hint and hint.strip()):
        raise Refused("hint", "Settings of this product need a hint.")
    return hint


def _allowed_json(setting_type: SettingType, is_json: bool) -> bool:
    if is_json and setting_type != SettingType.STRING:
        raise Refused("is_json", "Only text settings can hold JSON.")
    return is_json


def _require_json_values(state: State, setting: Setting) -> None:
    """Refuse to check a setting as JSON while it serves anything else (assumed)."""
    product = state.product_of(state.config_of(setting))
    served = [variation.value for variation in setting.variations]
    for environment_id in product.environment_ids:
        content = state.values[environment_id, setting.setting_id].content
        served += [one for one in served_in(content) if isinstance(one, str)]
    for value in served:
        if value != "":
            require_json(value, "is_json")


def _wanted_variation(
    state: State,
    setting: Setting,
    entry: UpdatePredefinedVariationModel,
    number: int,
) -> Variation:
    path = ("predefined_variations", number)
    value = read_variation_value(entry.value, setting, (*path, "value"), state.limits)
    variation_id = given(entry.predefined_variation_id)
    if variation_id is None:
        variation_id = state.identifiers.uuid()
    elif all(variation_id != one.variation_id for one in setting.variations):
        message = f"The setting has no predefined variation {variation_id}."
        raise Refused((*path, "predefined_variation_id"), message)
    return Variation(variation_id, value, given(entry.name), given(entry.hint))


def _require_kept(
    state: State, setting: Setting, requested: Sequence[Variation]
) -> None:
    values = {variation.variation_id: variation.value for variation in requested}
    path = "predefined_variations"
    if len(values) < len(requested):
        raise Refused(path, "A predefined variation is named twice.")
    used = {variation_id for variation_id, _, _ in variation_usages(state, setting)}
    used |= {one for one, _, _ in proposed_variation_usages(state, setting)}
    for variation in setting.variations:
        if variation.variation_id not in used:
            continue
        if variation.variation_id not in values:
            message = "A predefined variation that is in use cannot be removed."
            raise Refused(path, message)
        if values[variation.variation_id] != variation.value:
            message = "A predefined variation that is in use must keep its value."
            raise Refused(path, message)
