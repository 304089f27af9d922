"""Plans feature flags and settings with their predefined variations."""

from collections.abc import Mapping, Sequence

import attrs

from configcat_mgmt.jobs.compare.equality import differing, same_field
from configcat_mgmt.jobs.model import request_bodies
from configcat_mgmt.jobs.model.entity import Entity
from configcat_mgmt.jobs.model.snapshot import Config, Plain, Setting, Variation
from configcat_mgmt.jobs.planning.builder import (
    SETTINGS,
    SURROUNDINGS,
    VERSIONS,
    PlanBuilder,
    by_folded_name,
)
from configcat_mgmt.json_value import JsonValue


@attrs.frozen
class PlannedSetting:
    """A setting that values can be planned for."""

    key: str
    """As the target spells it."""
    wanted: Setting
    found: Setting | None
    """The setting in the target; None if the plan creates it."""
    allowed: frozenset[Plain] = frozenset()
    """Values of the predefined variations that there will be."""


@attrs.frozen
class PlannedConfig:
    """A config that settings and values can be planned for."""

    name: str
    """As the target spells it."""
    wanted: Config
    found: Config | None
    settings: tuple[PlannedSetting, ...]


def plan_settings(builder: PlanBuilder) -> list[PlannedConfig]:
    """Plan the settings of all configs that can be written.

    Returns:
        The configs with the settings that will be there, for their values.
    """
    present = by_folded_name(builder.found.configs) if builder.found else {}
    planned: list[PlannedConfig] = []
    for config in builder.wanted.configs:
        found = present.get(config.name.casefold())
        version = config.evaluation_version
        if version not in VERSIONS or (found and found.evaluation_version != version):
            continue  # Blocked already, and its contents add no news.
        name = builder.configs.get(config.name)
        if name is None:
            kinds: tuple[Entity, ...] = ("setting", "variation", "values", "link")
            if config.settings and any(map(builder.takes, kinds)):
                builder.require(
                    "Settings", "settings", "config", builder.configs, config.name
                )
            continue
        planned.append(_plan_config(builder, name, config, found))
    return planned


def _plan_config(
    builder: PlanBuilder, name: str, config: Config, found: Config | None
) -> PlannedConfig:
    present = {one.key.casefold(): one for one in found.settings} if found else {}
    settings: list[PlannedSetting] = []
    for setting in config.settings:
        if setting.type not in request_bodies.MEMBERS:
            builder.issues.add("CC214", name, f"{setting.key} ({setting.type})")
            continue
        other = present.get(setting.key.casefold())
        if other is None:
            if not builder.takes("setting"):
                if builder.takes("values") or builder.takes("link"):
                    what = "setting"
                    builder.issues.add("CC201", name, setting.key, what=what)
                continue
            _create(builder, name, setting)
            allowed = variation_values(setting)
            settings.append(PlannedSetting(setting.key, setting, None, allowed))
        elif _fits(builder, name, setting, other):
            if builder.takes("setting") and builder.options.selection.updates(
                "setting"
            ):
                _update(builder, name, setting, other)
            allowed = variation_values(other)
            if _update_variations(builder, name, setting, other):
                allowed |= variation_values(setting)
            settings.append(PlannedSetting(other.key, setting, other, allowed))
    return PlannedConfig(name, config, found, tuple(settings))


def _create(builder: PlanBuilder, config: str, setting: Setting) -> None:
    _require_hint(builder, config, setting)
    limit = "maxPredefinedVariations"
    builder.require_within(config, setting.key, limit, len(setting.variations))
    tags = _tags(builder, config, setting)
    builder.add(
        SETTINGS,
        "create",
        "setting",
        (config, setting.key),
        "create-setting",
        arguments={"config_id": request_bodies.ref("config", config)},
        body=request_bodies.setting_body(setting, tags),
    )


def _fits(builder: PlanBuilder, config: str, wanted: Setting, found: Setting) -> bool:
    """Whether a present setting can be changed into the wanted one."""
    if wanted.key != found.key:
        builder.issues.add("CC301", config, f"{wanted.key} is {found.key}")
    if wanted.type != found.type:
        item = f"{found.key} ({wanted.type}, in the target {found.type})"
        builder.issues.add("CC204", config, item)
        return False
    if bool(wanted.variations) != bool(found.variations):
        builder.issues.add("CC205", config, found.key)
        return False
    return True


def _update(builder: PlanBuilder, config: str, wanted: Setting, found: Setting) -> None:
    """Plan to replace name, hint, tags, order and `isJson` if one of them differs.

    The body has all of them, because the service resets the others. Source:
    https://api.configcat.com/docs/ on replacing a setting.

    A setting becomes a JSON setting after its values are written, because the present
    values may be other texts.
    """
    if wanted.is_json is None:
        wanted = attrs.evolve(wanted, is_json=found.is_json)
    present = request_bodies.replacement_body(found, found.tags)
    body = request_bodies.replacement_body(wanted, wanted.tags)
    fields = differing(body, present)
    if not fields or not builder.may_write(config, found.key, fields):
        return
    _require_hint(builder, config, wanted)
    body = request_bodies.replacement_body(wanted, _tags(builder, config, wanted))
    builder.add(
        SURROUNDINGS if "isJson" in fields and wanted.is_json else SETTINGS,
        "update",
        "setting",
        (config, found.key),
        "replace-setting",
        arguments={"setting_id": request_bodies.ref("setting", config, found.key)},
        body=body,
        replaces={field: present.get(field) for field in fields},
    )


def _tags(builder: PlanBuilder, config: str, setting: Setting) -> list[str]:
    """Return the tags of a setting as the target spells them."""
    tags: dict[str, None] = {}
    for name in setting.tags:
        tag = builder.require(config, setting.key, "tag", builder.tags, name)
        if tag is not None:
            tags[tag] = None
    return list(tags)


def _require_hint(builder: PlanBuilder, config: str, setting: Setting) -> None:
    found = builder.found
    if found is None or not found.preferences.mandatory_setting_hint:
        return
    if not (setting.hint and setting.hint.strip()):
        builder.issues.add("CC206", config, setting.key)


def _update_variations(
    builder: PlanBuilder, config: str, wanted: Setting, found: Setting
) -> bool:
    """Plan to add predefined variations and to change names, hints and order.

    Those that only the target has stay, behind the others: they may be in use until
    the values are written. Removing them is a deletion.

    Returns:
        Whether it is planned.
    """
    if not wanted.variations or not builder.takes("variation"):
        return False
    variations = wanted.variations
    if not builder.options.selection.updates("setting"):
        values = variation_values(found)
        missing = (one for one in variations if one.value not in values)
        variations = (*found.variations, *missing)
    body = _variations(config, variations, found)
    present = _variations(config, found.variations, found)
    if same_field("predefinedVariations", body, present):
        return False
    if not builder.may_write(config, found.key, ["predefined variations"]):
        return False
    limit = "maxPredefinedVariations"
    builder.require_within(config, found.key, limit, len(body))
    builder.add(
        SETTINGS,
        "set",
        "variation",
        (config, found.key),
        "update-predefined-variations",
        arguments={"setting_id": request_bodies.ref("setting", config, found.key)},
        body={"predefinedVariations": body},
        replaces={"predefinedVariations": present},
    )
    return True


def variation_values(setting: Setting) -> frozenset[Plain]:
    """Return the values of a setting's predefined variations."""
    return frozenset(one.value for one in setting.variations)


def kept_variations(
    config: str, planned: PlannedSetting, *, is_skipped: bool
) -> list[JsonValue]:
    """Return the predefined variations that stay when extraneous ones are removed.

    Args:
        config: The config of the setting, as the target spells it.
        planned: The setting; all of its wanted variations are there by then.
        is_skipped: Whether the plan leaves the variations of the target alone, so it
            adds none and changes no names and hints.
    """
    if planned.found is None:
        return []
    kept = planned.wanted.variations
    if is_skipped:
        values = variation_values(planned.wanted)
        kept = tuple(one for one in planned.found.variations if one.value in values)
    return [_variation(config, planned.found, one, is_new=False) for one in kept]


def _variations(
    config: str, wanted: Sequence[Variation], found: Setting
) -> list[JsonValue]:
    """Return wanted variations, and behind them those that only the target has."""
    present = variation_values(found)
    values = {one.value for one in wanted}
    extraneous = [one for one in found.variations if one.value not in values]
    return [
        _variation(config, found, one, is_new=one.value not in present)
        for one in [*wanted, *extraneous]
    ]


def _variation(
    config: str, found: Setting, variation: Variation, *, is_new: bool
) -> Mapping[str, JsonValue]:
    body = request_bodies.variation_body(variation, found.type)
    # An empty name or hint is none.
    body = {name: value for name, value in body.items() if value != ""}
    if is_new:
        return body
    text = request_bodies.value_text(request_bodies.typed(variation.value, found.type))
    variation_ref = request_bodies.ref("variation", config, found.key, text)
    return {**body, "predefinedVariationId": variation_ref}
