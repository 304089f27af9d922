"""Plans to promote values from one environment to others of the same product."""

import glob
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

import attrs

from configcat_mgmt.checked import checked
from configcat_mgmt.errors import ConfigurationError
from configcat_mgmt.jobs.issues.collecting import IssueList
from configcat_mgmt.jobs.model.plan import Plan
from configcat_mgmt.jobs.model.references import prerequisites, value_in
from configcat_mgmt.jobs.model.selection import EVERYTHING, Criteria, Selection
from configcat_mgmt.jobs.model.snapshot import (
    Config,
    PrerequisiteCondition,
    Setting,
    Snapshot,
)
from configcat_mgmt.jobs.planners.one_product import (
    environment_named,
    note_selection,
    part_of,
    plan_change,
    refuse_entities,
)
from configcat_mgmt.jobs.planning.options import Approval, PlanOptions
from configcat_mgmt.texts import folded


@checked
def promotion_scope(
    source: str, targets: str | Iterable[str], selection: Selection = EVERYTHING
) -> Selection:
    """Return the part of a product that a promotion reads.

    With this selection, `take_snapshot` makes seven calls, one for each config, and one
    for each config in each environment of the promotion.

    Args:
        source: Name of the environment to promote from, in any case.
        targets: Name or names of the environments to promote to.
        selection: Which settings; as for `plan_promotion`.

    Raises:
        ConfigurationError: As for `plan_promotion`, except for checks that need the
            product.
    """
    names = _distinct(source, targets, selection)
    only, exclude = selection.only, selection.exclude
    return Selection(
        Criteria(
            entities=("values", "preferences", "organization"),
            configs=only.configs,
            environments=_literally(names),
        ),
        Criteria(configs=exclude.configs),
    )


@checked
def promoted(
    snapshot: Snapshot,
    source: str,
    targets: str | Iterable[str],
    selection: Selection = EVERYTHING,
    *,
    with_dependencies: bool = False,
) -> Snapshot:
    """Return the product as a promotion leaves it.

    Args:
        snapshot: The product as it was read; see `plan_promotion` for the rest.
        source: Name of the environment to promote from, in any case.
        targets: Name or names of the environments to promote to.
        selection: Which settings.
        with_dependencies: Whether the settings that these depend on are promoted too.

    Raises:
        ConfigurationError: As for `plan_promotion`.
    """
    return _Promotion.of(
        snapshot, source, targets, selection, with_dependencies=with_dependencies
    ).result()


@checked
def plan_promotion(
    snapshot: Snapshot,
    source: str,
    targets: str | Iterable[str],
    *,
    selection: Selection = EVERYTHING,
    with_dependencies: bool = False,
    reason: str | None = None,
    approval: Approval | None = None,
    apply_at: datetime | None = None,
) -> Plan:
    """Plan to serve in some environments the same values as in another.

    A promotion copies the default value, the targeting rules and the percentage
    options. Integration links stay as they are. The plan has one step for each config
    and target environment with a difference. Applying it replaces each value of a V2
    config only if it still has the version that the snapshot saw.

    Args:
        snapshot: A snapshot of the product, or of the part that `promotion_scope`
            returns.
        source: Name of the environment to promote from, in any case.
        targets: Name or names of the environments to promote to.
        selection: Which settings to promote; it must not name environments. Criteria on
            values compare the default values in the source environment.
        with_dependencies: Whether to promote too the settings that the selected ones
            depend on in the source environment, directly or through others.
            `selection.exclude` still leaves them out. Segments are the same in all
            environments, so no promotion changes them.
        reason: Reason recorded with the changes; required if the product demands
            reasons.
        approval: The way to change values where the product requires approval; see
            `Approval`. None blocks the plan there.
        apply_at: Aware time at which the service applies the change requests; only with
            the approval `request`.

    Returns:
        A plan of kind `promote`. A setting whose value could not be read in the source
        is left out, with an issue.

    Raises:
        ConfigurationError: An environment does not exist, is named twice, or is both
            source and target; no target is named; or the selection names environments
            or kinds of entities.
    """
    promotion = _Promotion.of(
        snapshot, source, targets, selection, with_dependencies=with_dependencies
    )
    environments = _literally(promotion.targets)
    options = PlanOptions(
        kind="promote",
        selection=part_of(selection, "values", environments=environments),
        reason=reason,
        approval=approval,
        apply_at=apply_at,
    )
    return plan_change(snapshot, promotion.result(), options, promotion.issues())


def _distinct(
    source: str, targets: str | Iterable[str], selection: Selection
) -> tuple[str, ...]:
    """Return all names of environments, the source first."""
    if selection.narrows_environments:
        raise ConfigurationError(
            "the selection of a promotion must not name environments; name the source "
            "and the targets instead"
        )
    refuse_entities(selection, "a promotion")
    names = [source, *([targets] if isinstance(targets, str) else targets)]
    if len(names) == 1:
        raise ConfigurationError("a promotion needs at least one target environment")
    seen: set[str] = set()
    for name in names:
        if folded(name) in seen:
            raise ConfigurationError(
                f"the environment {name!r} is named twice; the source and the targets "
                f"of a promotion must differ"
            )
        seen.add(folded(name))
    return tuple(names)


def _literally(names: Iterable[str]) -> tuple[str, ...]:
    """Return patterns that match only these names."""
    return tuple(map(glob.escape, names))


def _spelled(snapshot: Snapshot, name: str) -> str:
    return environment_named(snapshot, name).name


@attrs.frozen
class _Taken:
    """A setting to promote."""

    setting: Setting
    needed_by: str | None = None
    """Key of the setting that depends on it; None if it is selected itself."""


@attrs.frozen
class _Promotion:
    """Source, targets and settings of a promotion, as the product spells them."""

    snapshot: Snapshot
    source: str
    targets: tuple[str, ...]
    selection: Selection
    with_dependencies: bool

    @classmethod
    def of(
        cls,
        snapshot: Snapshot,
        source: str,
        targets: str | Iterable[str],
        selection: Selection,
        *,
        with_dependencies: bool,
    ) -> "_Promotion":
        names = _distinct(source, targets, selection)
        source, *others = (_spelled(snapshot, name) for name in names)
        return cls(snapshot, source, tuple(others), selection, with_dependencies)

    def result(self) -> Snapshot:
        configs = tuple(map(self._config, self.snapshot.configs))
        return attrs.evolve(self.snapshot, configs=configs)

    def issues(self) -> IssueList:
        issues = IssueList()
        is_any_selected = False
        for config in self.snapshot.configs:
            taken = self._taken(config)
            is_any_selected |= bool(taken)
            for one in taken.values():
                where = f"{config.name} in {self.source}"
                value = value_in(one.setting, self.source)
                if value is None:
                    issues.add("CC501", where, one.setting.key)
                elif value.change_requests:
                    issues.add("CC701", where, one.setting.key)
            for target in self.targets:
                where = f"{config.name} in {target}"
                for one in taken.values():
                    if one.needed_by and self._differs(one.setting, target):
                        item = f"{one.needed_by} needs {one.setting.key} (prerequisite)"
                        issues.add("CC503", where, item)
                for item in self._other_prerequisites(config, taken, target):
                    issues.add("CC502", where, item)
        note_selection(
            issues, self.snapshot, self.selection, is_any_selected=is_any_selected
        )
        return issues

    def _taken(self, config: Config) -> dict[str, _Taken]:
        """Return the settings to promote by casefolded key."""
        settings = {one.key.casefold(): one for one in config.settings}
        taken = {
            key: _Taken(one)
            for key, one in settings.items()
            if self.selection.takes_setting(config.name, self._in_source(one))
        }
        pending = [one.setting for one in taken.values() if self.with_dependencies]
        for needing in pending:  # It grows on the way.
            for condition in self._prerequisites(needing):
                folded = condition.setting.casefold()
                other = settings.get(folded)
                if (
                    other is not None
                    and folded not in taken
                    and not self.selection.excludes_setting(
                        config.name, self._in_source(other)
                    )
                ):
                    taken[folded] = _Taken(other, needing.key)
                    pending.append(other)
        return taken

    def _in_source(self, setting: Setting) -> Setting:
        # Criteria on values always refer to the source environment.
        value = value_in(setting, self.source)
        return attrs.evolve(
            setting, values={} if value is None else {self.source: value}
        )

    def _prerequisites(self, setting: Setting) -> Iterator[PrerequisiteCondition]:
        value = value_in(setting, self.source)
        return prerequisites(value.targeting) if value else iter(())

    def _config(self, config: Config) -> Config:
        taken = self._taken(config)
        settings = (
            self._promoted(one) if one.key.casefold() in taken else one
            for one in config.settings
        )
        return attrs.evolve(config, settings=tuple(settings))

    def _promoted(self, setting: Setting) -> Setting:
        value = value_in(setting, self.source)
        if value is None:
            return setting
        values = dict(setting.values)
        for name in self.targets:
            before = value_in(setting, name) or attrs.evolve(value, links=())
            values[name] = attrs.evolve(before, targeting=value.targeting)
        return attrs.evolve(setting, values=values)

    def _other_prerequisites(
        self, config: Config, taken: Mapping[str, _Taken], target: str
    ) -> Iterator[str]:
        """Name differing dependencies of the promoted settings that stay behind."""
        others = {
            one.key.casefold(): one
            for one in config.settings
            if one.key.casefold() not in taken
        }
        for setting in (one.setting for one in taken.values()):
            # Dependencies of dependencies count too.
            pending, seen = [setting], set[str]()
            while pending:
                for condition in self._prerequisites(pending.pop()):
                    folded = condition.setting.casefold()
                    other = others.get(folded)
                    if other is not None and folded not in seen:
                        seen.add(folded)
                        pending.append(other)
                        if self._differs(other, target):
                            yield f"{setting.key} on {other.key}"

    def _differs(self, setting: Setting, target: str) -> bool:
        wanted, found = value_in(setting, self.source), value_in(setting, target)
        return (wanted and wanted.targeting) != (found and found.targeting)
