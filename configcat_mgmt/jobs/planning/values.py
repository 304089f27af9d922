"""Plans the values of settings: one step for each config and environment."""

from collections.abc import Iterator, Mapping, Sequence

import attrs

from configcat_mgmt.jobs.compare.equality import same_targeting
from configcat_mgmt.jobs.issues.collecting import IssueList
from configcat_mgmt.jobs.model import request_bodies
from configcat_mgmt.jobs.model.references import value_in
from configcat_mgmt.jobs.model.request_bodies import ConfigForm, SettingForm
from configcat_mgmt.jobs.model.snapshot import (
    Environment,
    Formula,
    PercentageOption,
    Setting,
    SettingInEnvironment,
    ValueV1,
)
from configcat_mgmt.jobs.planning.builder import VALUES, PlanBuilder, by_folded_name
from configcat_mgmt.jobs.planning.checks import ValueChecks
from configcat_mgmt.jobs.planning.settings import PlannedConfig
from configcat_mgmt.json_value import JsonValue

_BATCHES: Mapping[str, tuple[str, str]] = {
    "v1": ("post-setting-values", "settingValues"),
    "v2": ("post-setting-values-v2", "updateFormulas"),
}
"""Operation and list in its body by evaluation version."""


@attrs.frozen
class _Spot:
    """One config in one environment."""

    config: PlannedConfig
    form: ConfigForm
    environment: str
    """As the target spells it."""
    wanted_name: str
    """As the source spells it."""
    is_new: bool
    """Whether the plan makes the environment."""

    @property
    def where(self) -> str:
        """The place in words."""
        return f"{self.config.name} in {self.environment}"


@attrs.define
class _PlannedBatch:
    entries: list[JsonValue] = attrs.field(factory=list[JsonValue])
    versions: dict[str, str] = attrs.field(factory=dict[str, str])
    replaces: dict[str, JsonValue] = attrs.field(factory=dict[str, JsonValue])


def plan_values(builder: PlanBuilder, configs: list[PlannedConfig]) -> None:
    """Plan the values of all settings that are planned for."""
    if not builder.takes("values"):
        return
    for config in configs:
        form = config_form(builder, config)
        checks = ValueChecks(builder, config, form)
        for spot in _spots(builder, config, form):
            batch = _batch(builder, spot, checks)
            if batch.entries:
                checks.require_no_circle(spot.environment)
                _add(builder, spot, batch)


def config_form(builder: PlanBuilder, config: PlannedConfig) -> ConfigForm:
    """Return how values of a config are written: with all settings it will have."""
    forms: dict[str, SettingForm] = {}
    for setting in config.found.settings if config.found else ():
        forms[setting.key.casefold()] = _setting_form(setting.key, setting)
    for planned in config.settings:
        if planned.found is None:
            form = _setting_form(planned.key, planned.wanted)
            forms[planned.key.casefold()] = form
    return ConfigForm(config.name, forms, builder.segments.as_mapping())


def _setting_form(key: str, setting: Setting) -> SettingForm:
    return SettingForm(key, setting.type, bool(setting.variations))


def _spots(
    builder: PlanBuilder, config: PlannedConfig, form: ConfigForm
) -> Iterator[_Spot]:
    present = by_folded_name(builder.found.environments) if builder.found else {}
    for environment in builder.wanted.environments:
        if not _has_values(config, environment):
            continue
        where = f"values of {config.name}"
        name = builder.require(
            where, "values", "environment", builder.environments, environment.name
        )
        if name is not None:
            is_new = environment.name.casefold() not in present
            yield _Spot(config, form, name, environment.name, is_new)


def _has_values(config: PlannedConfig, environment: Environment) -> bool:
    return any(
        value_in(one.wanted, environment.name) is not None for one in config.settings
    )


def _batch(builder: PlanBuilder, spot: _Spot, checks: ValueChecks) -> _PlannedBatch:
    batch = _PlannedBatch()
    for planned in spot.config.settings:
        wanted = value_in(planned.wanted, spot.wanted_name)
        form = spot.form.setting(planned.key)
        if wanted is None or form is None:
            continue
        if planned.found is not None and not spot.is_new:
            found = value_in(planned.found, spot.environment)
            if not _may_replace(builder, spot, form, wanted, found):
                continue
            if found is not None:
                batch.replaces[form.key] = spot.form.targeting(form, found.targeting)
                if found.version is not None:
                    batch.versions[form.key] = str(found.version)
        checks.check(form.key, spot.environment, wanted.targeting)
        batch.entries.append(spot.form.targeting(form, wanted.targeting))
        place = (spot.config.name, form.key, spot.environment)
        builder.written[place] = wanted.targeting
    return batch


def _may_replace(
    builder: PlanBuilder,
    spot: _Spot,
    form: SettingForm,
    wanted: SettingInEnvironment,
    found: SettingInEnvironment | None,
) -> bool:
    """Whether the value of a setting differs from the wanted one and may be changed."""
    if found is None:
        # It exists but could not be read, so its content would be lost unseen.
        if builder.options.on_conflict != "skip":
            builder.issues.add("CC208", spot.where, form.key)
        return False
    new, old = wanted.targeting, found.targeting
    if new == old or same_targeting(
        spot.form.targeting(form, new), spot.form.targeting(form, old)
    ):
        return False
    if not builder.may_write(spot.where, form.key, ["values"]):
        return False
    note_reshuffling(builder.issues, spot.where, form.key, new, old)
    return True


def _add(builder: PlanBuilder, spot: _Spot, batch: _PlannedBatch) -> None:
    operation, member = _BATCHES[spot.config.wanted.evaluation_version]
    reason = builder.options.reason
    _require_reason(builder, spot)
    bypasses = spot.config.wanted.evaluation_version == "v2" and _bypasses_approval(
        builder, spot
    )
    builder.add(
        VALUES,
        "set",
        "values",
        (spot.config.name, spot.environment),
        operation,
        arguments={
            "config_id": request_bodies.ref("config", spot.config.name),
            "environment_id": request_bodies.ref("environment", spot.environment),
            **({"reason": reason} if reason else {}),
            **({"bypass_approval": True} if bypasses else {}),
        },
        body={member: batch.entries},
        versions=batch.versions,
        replaces=batch.replaces or None,
    )


def _require_reason(builder: PlanBuilder, spot: _Spot) -> None:
    found = builder.found
    if found is None or (builder.options.reason or "").strip():
        return
    folded = spot.environment.casefold()
    needing = {
        *(name.casefold() for name in found.preferences.reason_required_environments),
        *(one.name.casefold() for one in found.environments if one.reason_required),
    }
    if found.preferences.reason_required or folded in needing:
        builder.issues.add("CC207", "Values", spot.environment)


def _bypasses_approval(builder: PlanBuilder, spot: _Spot) -> bool:
    """Whether a write of values has to bypass approval; blocks it where it may not."""
    found = builder.found
    if found is None:
        return False  # A new product requires approval after its values are written.
    present = by_folded_name(found.environments).get(spot.environment.casefold())
    preferences = found.preferences
    needing = {name.casefold() for name in preferences.approve_required_environments}
    if not (
        preferences.approve_required
        or spot.environment.casefold() in needing
        or (present and present.approve_required)
    ):
        return False
    if not builder.options.bypass_approval:
        builder.issues.add("CC215", "Values", spot.environment)
    elif present is not None and not present.can_bypass_approval:
        builder.issues.add("CC216", "Values", spot.environment)
    return builder.options.bypass_approval


_DEFAULT_ATTRIBUTE = "Identifier"


def note_reshuffling(
    issues: IssueList,
    where: str,
    key: str,
    wanted: Formula | ValueV1,
    found: Formula | ValueV1,
) -> None:
    """Warn if the change of a value distributes users anew.

    Args:
        issues: Where to note it.
        where: Config and environment of the value.
        key: Key of its setting.
        wanted: The wanted value.
        found: The present value.
    """
    if isinstance(wanted, Formula) and isinstance(found, Formula):
        if not (_has_shares(wanted) and _has_shares(found)):
            return
        if _attribute(wanted) != _attribute(found):
            issues.add("CC302", where, key)
        elif any(
            is_reordered(new.percentage_options, old.percentage_options)
            for new in wanted.rules
            for old in found.rules
            if new.percentage_options
            and old.percentage_options
            and new.conditions == old.conditions
        ):
            issues.add("CC303", where, key)
    elif (
        isinstance(wanted, ValueV1)
        and isinstance(found, ValueV1)
        and is_reordered(wanted.percentage_options, found.percentage_options)
    ):
        issues.add("CC303", where, key)


def is_reordered(
    wanted: Sequence[PercentageOption], found: Sequence[PercentageOption]
) -> bool:
    """Whether the values that both splits have are in another order."""
    new = [option.value for option in wanted]
    old = [option.value for option in found]
    return [one for one in new if one in old] != [one for one in old if one in new]


def _has_shares(formula: Formula) -> bool:
    return any(rule.percentage_options for rule in formula.rules)


def _attribute(formula: Formula) -> str:
    return formula.percentage_attribute or _DEFAULT_ATTRIBUTE
