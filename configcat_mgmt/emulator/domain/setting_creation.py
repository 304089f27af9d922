"""Values of a new setting: initial values, copied values or defaults."""

from collections.abc import Sequence
from uuid import UUID

import attrs

from configcat_mgmt.api.model_index import (
    CreateSettingInitialValues,
    EnvironmentAccessType,
    EvaluationVersion,
    InitialValue,
)
from configcat_mgmt.emulator.domain import access
from configcat_mgmt.emulator.domain.absent import given, items_of
from configcat_mgmt.emulator.domain.evaluation import (
    Content,
    Formula,
    PlainValue,
    Served,
)
from configcat_mgmt.emulator.domain.lifecycle import first_content
from configcat_mgmt.emulator.domain.records import Config, Setting, Variation
from configcat_mgmt.emulator.domain.refusals import Forbidden, Refused
from configcat_mgmt.emulator.domain.state import State, require_room
from configcat_mgmt.emulator.domain.typed_values import (
    read_plain,
    read_variation_value,
    require_json,
    require_text,
    require_unique_values,
)


def source_of(
    state: State, config: Config, body: CreateSettingInitialValues
) -> Setting | None:
    """Find the setting to copy; None if the request names none.

    Raises:
        Refused: Initial values were sent too, or there is no fitting setting.
        Forbidden: The caller may not read all of its values.
    """
    number = given(body.setting_id_to_init_from)
    if number is None:
        return None
    path = "setting_id_to_init_from"
    if items_of(body.initial_values):
        message = "Send either initialValues or settingIdToInitFrom."
        raise Refused(path, message)
    source = state.settings.get(number)
    if source is None or source.config_id != config.config_id:
        raise Refused(path, f"The config has no setting {number}.")
    if source.setting_type != body.setting_type:
        raise Refused(path, f"The setting {number} is of another type.")
    if source.variations and items_of(body.predefined_variations):
        message = (
            "The predefined variations are copied from the other setting; send none."
        )
        raise Refused("predefined_variations", message)
    for environment in state.environments_of(state.product_of(config)):
        if access.access_to(state, environment) == EnvironmentAccessType.NONE:
            message = "Copying a setting requires access to all environments."
            raise Forbidden(message)
    return source


def read_variations(
    state: State, config: Config, setting: Setting, body: CreateSettingInitialValues
) -> list[Variation]:
    """Read the predefined variations of a new setting; none for a free-form one.

    Raises:
        Refused: The config is V1, there are too many, or a value does not fit.
    """
    entries = items_of(body.predefined_variations)
    path = "predefined_variations"
    if entries and config.evaluation_version != EvaluationVersion.V2:
        message = "Only settings of v2 configs can have predefined variations."
        raise Refused(path, message)
    limits = state.limits
    require_room(len(entries) - 1, limits.predefined_variations, "variations")
    variations = [
        Variation(
            variation_id=state.identifiers.uuid(),
            value=read_variation_value(
                entry.value, setting, (path, number, "value"), limits
            ),
            name=given(entry.name),
            hint=given(entry.hint),
        )
        for number, entry in enumerate(entries)
    ]
    require_unique_values(variations, path)
    return variations


def initial_contents(
    state: State, config: Config, setting: Setting, entries: Sequence[InitialValue]
) -> dict[UUID, Content]:
    """Return the values of a new setting by environment.

    Args:
        state: Where the environments are found.
        config: The config of the setting.
        setting: The new setting, with its predefined variations.
        entries: The initial values that were sent.

    Raises:
        Refused: An entry names no environment of the product, or one twice, or its
            value is of another type or none of the predefined variations.
    """
    values: dict[UUID, PlainValue] = {}
    environment_ids = state.product_of(config).environment_ids
    for number, entry in enumerate(entries):
        path = ("initial_values", number)
        environment_id = given(entry.environment_id)
        if environment_id is None or environment_id not in environment_ids:
            message = "The product has no such environment."
            raise Refused((*path, "environment_id"), message)
        if environment_id in values:
            message = "The environment is named twice."
            raise Refused((*path, "environment_id"), message)
        at_value = (*path, "value")
        limits = state.limits
        value = read_plain(entry.value, setting.setting_type, at_value, limits)
        require_text(value, at_value)
        if setting.is_json:
            require_json(value, at_value)
        known = [variation.value for variation in setting.variations]
        if known and value not in known:
            message = "The value is not one of the predefined variations."
            raise Refused(at_value, message)
        values[environment_id] = value
    return {
        environment_id: first_content(config, setting, values.get(environment_id))
        for environment_id in environment_ids
    }


def copied_variations(
    state: State, source: Setting
) -> tuple[list[Variation], dict[UUID, UUID]]:
    """Copy predefined variations under new ids.

    Returns:
        The copies, and the new id for each old one.
    """
    copies = [
        attrs.evolve(variation, variation_id=state.identifiers.uuid())
        for variation in source.variations
    ]
    pairs = zip(source.variations, copies, strict=True)
    return copies, {old.variation_id: new.variation_id for old, new in pairs}


def copied_contents(
    state: State, config: Config, source: Setting, new_ids: dict[UUID, UUID]
) -> dict[UUID, Content]:
    """Return the values of `source` in each environment, for a copy of it."""
    return {
        environment_id: _renamed(
            state.values[environment_id, source.setting_id].content, new_ids
        )
        for environment_id in state.product_of(config).environment_ids
    }


def _renamed(content: Content, new_ids: dict[UUID, UUID]) -> Content:
    if not isinstance(content, Formula) or not new_ids:
        return content

    def named(served: Served) -> Served:
        return new_ids[served] if isinstance(served, UUID) else served

    rules = tuple(
        attrs.evolve(
            rule,
            served=tuple(
                attrs.evolve(option, value=named(option.value))
                for option in rule.served
            )
            if isinstance(rule.served, tuple)
            else named(rule.served),
        )
        for rule in content.rules
    )
    return Formula(named(content.default), rules, content.percentage_attribute)
