"""Checks values before they are planned: types, references, limits and circles."""

from collections.abc import Iterator
from typing import Final

import attrs

from configcat_mgmt.jobs.model.references import (
    find_circle,
    is_of_type,
    prerequisites,
    served_values,
    splits,
    used_segments,
    value_in,
)
from configcat_mgmt.jobs.model.request_bodies import ConfigForm, SettingForm
from configcat_mgmt.jobs.model.snapshot import (
    Formula,
    PercentageOption,
    Plain,
    PrerequisiteCondition,
    Setting,
    UserCondition,
    ValueV1,
)
from configcat_mgmt.jobs.planning.builder import PlanBuilder
from configcat_mgmt.jobs.planning.settings import PlannedConfig, variation_values

_WHOLE: Final = 100


@attrs.define
class ValueChecks:
    """Checks the values of one config."""

    builder: PlanBuilder
    config: PlannedConfig
    form: ConfigForm
    _allowed: dict[str, frozenset[Plain]] = attrs.field(init=False)
    """Values of predefined variations by casefolded key."""
    _has_prerequisites: set[str] = attrs.field(factory=set[str], init=False)
    """Environments in which a planned value has some."""

    def __attrs_post_init__(self) -> None:
        """Look up which predefined variations there will be."""
        present = self.config.found.settings if self.config.found else ()
        self._allowed = {
            **{one.key.casefold(): variation_values(one) for one in present},
            **{one.key.casefold(): one.allowed for one in self.config.settings},
        }

    def check(self, key: str, environment: str, targeting: Formula | ValueV1) -> None:
        """Add issues for a value that will be written."""
        form = self.form.setting(key)
        where = f"{self.config.name} in {environment}"
        if form is None or isinstance(targeting, Formula) != self._is_v2:
            self._misfit(where, key, "value of the other evaluation version")
            return
        for value in served_values(targeting):
            self._check_value(where, key, form, value)
        for percentage_options in splits(targeting):
            self._check_split(where, key, form, percentage_options)
        for segment in used_segments(targeting):
            if self.builder.segments.get(segment) is None:
                what = f"segment {segment!r}"
                self.builder.issues.add("CC201", where, key, what=what)
        self._require_within("maxTargetingRuleCount", len(targeting.rules), key)
        self._check_comparisons(key, targeting)
        for condition in prerequisites(targeting):
            self._has_prerequisites.add(environment)
            self._check_prerequisite(where, key, condition)

    def require_no_circle(self, environment: str) -> None:
        """Block if settings would wait for each other in an environment."""
        if environment not in self._has_prerequisites:
            return
        graph = prerequisites_after(self.builder, self.config, environment)
        circle = find_circle(graph)
        if circle:
            item = " → ".join(circle)
            where = f"{self.config.name} in {environment}"
            self.builder.issues.add("CC211", where, item)

    @property
    def _is_v2(self) -> bool:
        return self.config.wanted.evaluation_version == "v2"

    def _check_value(
        self, where: str, key: str, form: SettingForm, value: Plain
    ) -> None:
        if not is_of_type(value, form.type):
            self._misfit(where, key, f"a value is not of type {form.type}")
        elif form.has_variations and value not in self._allowed[form.key.casefold()]:
            self._misfit(where, key, "a value is not one of the predefined variations")
        elif isinstance(value, str):
            self._require_within("maxStringFlagValueLength", len(value), key)

    def _check_split(
        self,
        where: str,
        key: str,
        form: SettingForm,
        percentage_options: tuple[PercentageOption, ...],
    ) -> None:
        self._require_within("maxPercentageOptionCount", len(percentage_options), key)
        if sum(option.percentage for option in percentage_options) != _WHOLE or any(
            option.percentage < 0 for option in percentage_options
        ):
            self._misfit(where, key, "percentages do not add up to 100")
        if form.type == "boolean" and sorted(
            option.value is True for option in percentage_options
        ) != [False, True]:
            self._misfit(where, key, "a boolean is split into one true and one false")

    def _check_comparisons(self, key: str, targeting: Formula | ValueV1) -> None:
        if isinstance(targeting, ValueV1):
            for old in targeting.rules:
                length = len(old.comparison or "")
                self._require_within("maxComparisonValueLength", length, key)
            return
        for rule in targeting.rules:
            count = len(rule.conditions)
            self._require_within("maxConditionPerTargetingRuleCount", count, key)
            for condition in rule.conditions:
                if isinstance(condition, UserCondition):
                    self._check_comparison(key, condition.value)

    def _check_comparison(
        self, key: str, value: str | float | tuple[tuple[str, str | None], ...]
    ) -> None:
        if isinstance(value, str):
            self._require_within("maxComparisonValueLength", len(value), key)
        elif isinstance(value, tuple):
            self._require_within("maxComparisonValueListLength", len(value), key)
            longest = max((len(item) for item, _ in value), default=0)
            self._require_within("maxComparisonValueListItemLength", longest, key)

    def _check_prerequisite(
        self, where: str, key: str, condition: PrerequisiteCondition
    ) -> None:
        form = self.form.setting(condition.setting)
        if form is None:
            what = f"setting {condition.setting!r}"
            self.builder.issues.add("CC201", where, key, what=what)
        elif not is_of_type(condition.value, form.type):
            self._misfit(where, key, "a prerequisite is compared with another type")
        elif form.has_variations and (
            condition.value not in self._allowed[form.key.casefold()]
        ):
            reason = "a prerequisite is not compared with one of its variations"
            self._misfit(where, key, reason)

    def _misfit(self, where: str, key: str, reason: str) -> None:
        self.builder.issues.add("CC210", where, key, reason=reason)

    def _require_within(self, limit: str, needed: int, key: str) -> None:
        self.builder.require_within(self.config.name, key, limit, needed)


def served_after(
    builder: PlanBuilder, config: str, setting: Setting, environment: str
) -> Formula | ValueV1 | None:
    """Return the value of a setting after the plan, None if it is not known.

    Args:
        builder: Knows the values that the plan writes or proposes.
        config: The config of the setting.
        setting: The setting as the target has it, or as the plan makes it.
        environment: The environment.
    """
    place = (config, setting.key, environment)
    planned = builder.written.get(place) or builder.proposed.get(place)
    if planned is not None:
        return planned
    value = value_in(setting, environment)
    return None if value is None else value.targeting


def prerequisites_after(
    builder: PlanBuilder, config: PlannedConfig, environment: str
) -> dict[str, tuple[str, ...]]:
    """Return which settings each setting of a config will depend on, by key."""
    settings = {one.key.casefold(): one for one in _settings(config)}
    graph: dict[str, tuple[str, ...]] = {}
    for setting in settings.values():
        served = served_after(builder, config.name, setting, environment)
        if served is None:
            continue
        needed = (one.setting.casefold() for one in prerequisites(served))
        graph[setting.key] = tuple(
            settings[folded].key for folded in needed if folded in settings
        )
    return graph


def _settings(config: PlannedConfig) -> Iterator[Setting]:
    if config.found is not None:
        yield from config.found.settings
    for planned in config.settings:
        if planned.found is None:
            yield planned.wanted
