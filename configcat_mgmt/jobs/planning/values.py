"""Plans the values of settings: one step for each config and environment."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC
from typing import Final

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

_MOST_TITLE: Final = 255
"""Characters of the title of a change request."""


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
    needs_approval: bool

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
            if spot.needs_approval and builder.options.approval == "skip":
                if _differs(spot):
                    builder.issues.add("CC704", "Values", spot.where)
                continue
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
            approval = config.wanted.evaluation_version == "v2" and _needs_approval(
                builder, name
            )
            yield _Spot(config, form, name, environment.name, is_new, approval)


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
        proposes = spot.needs_approval and builder.options.approval == "request"
        values = builder.proposed if proposes else builder.written
        values[place] = wanted.targeting
    return batch


def _differs(spot: _Spot) -> bool:
    """Whether some value differs from the wanted one, as far as the target is known."""
    for planned in spot.config.settings:
        wanted = value_in(planned.wanted, spot.wanted_name)
        form = spot.form.setting(planned.key)
        if wanted is None or form is None:
            continue
        if planned.found is None or spot.is_new:
            return True
        found = value_in(planned.found, spot.environment)
        if found is not None and not _is_same(spot, form, wanted, found):
            return True
    return False


def _is_same(
    spot: _Spot,
    form: SettingForm,
    wanted: SettingInEnvironment,
    found: SettingInEnvironment,
) -> bool:
    new, old = wanted.targeting, found.targeting
    return new == old or same_targeting(
        spot.form.targeting(form, new), spot.form.targeting(form, old)
    )


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
    if _is_same(spot, form, wanted, found):
        return False
    if not builder.may_write(spot.where, form.key, ["values"]):
        return False
    note_reshuffling(
        builder.issues, spot.where, form.key, wanted.targeting, found.targeting
    )
    if found.change_requests:
        builder.issues.add("CC702", spot.where, form.key)
    return True


def _add(builder: PlanBuilder, spot: _Spot, batch: _PlannedBatch) -> None:
    _require_reason(builder, spot)
    if spot.needs_approval and builder.options.approval == "request":
        _propose(builder, spot, batch)
        return
    if builder.options.apply_at is not None and batch.replaces:
        builder.issues.add("CC705", "Values", spot.where)
    operation, member = _BATCHES[spot.config.wanted.evaluation_version]
    reason = builder.options.reason
    bypasses = spot.needs_approval and _bypasses_approval(builder, spot)
    builder.add(
        VALUES,
        "set",
        "values",
        (spot.config.name, spot.environment),
        operation,
        arguments={
            **_place(spot),
            **({"reason": reason} if reason else {}),
            **({"bypass_approval": True} if bypasses else {}),
        },
        body={member: batch.entries},
        versions=batch.versions,
        replaces=batch.replaces or None,
    )


def _place(spot: _Spot) -> dict[str, JsonValue]:
    return {
        "config_id": request_bodies.ref("config", spot.config.name),
        "environment_id": request_bodies.ref("environment", spot.environment),
    }


def _propose(builder: PlanBuilder, spot: _Spot, batch: _PlannedBatch) -> None:
    """Plan a change request in place of a write."""
    builder.issues.add("CC703", "Values", spot.where)
    options = builder.options
    title = f"{options.kind}: {spot.config.name} in {spot.environment}"
    # The mark finds this request among others, if its response is lost.
    mark = f" [{builder.mark}]"
    body: dict[str, JsonValue] = {
        "title": title[: _MOST_TITLE - len(mark)] + mark,
        **({"reason": options.reason} if options.reason else {}),
    }
    if options.apply_at is not None:
        body["applyAt"] = options.apply_at.astimezone(UTC).isoformat()
    body["proposedChanges"] = [{"proposedChange": one} for one in batch.entries]
    builder.add(
        VALUES,
        "create",
        "change_request",
        (spot.config.name, spot.environment),
        "create-change-request",
        arguments=_place(spot),
        body=body,
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


def _needs_approval(builder: PlanBuilder, environment: str) -> bool:
    """Whether the target requires approval for changes of values in an environment."""
    found = builder.found
    if found is None:
        return False  # A new product requires approval after its values are written.
    folded = environment.casefold()
    present = by_folded_name(found.environments).get(folded)
    preferences = found.preferences
    return (
        preferences.approve_required
        or (present is not None and present.approve_required)
        or folded
        in {name.casefold() for name in preferences.approve_required_environments}
    )


def _bypasses_approval(builder: PlanBuilder, spot: _Spot) -> bool:
    """Whether a write of values may bypass approval; blocks the plan if not."""
    if builder.options.approval != "bypass" or builder.found is None:
        builder.issues.add("CC215", "Values", spot.environment)
        return False
    environments = by_folded_name(builder.found.environments)
    present = environments.get(spot.environment.casefold())
    if present is not None and not present.can_bypass_approval:
        builder.issues.add("CC216", "Values", spot.environment)
    return True


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
