"""Converts a config to evaluation version 2.

The version of a config never changes, so a new config is made beside the old one, which
stays as it is. Unlike the dashboard, this takes webhooks and integrations along.
Source: https://configcat.com/docs/advanced/config-v2-migration-guide.
"""

from typing import Final

import attrs

from configcat_mgmt.errors import ConfigurationError
from configcat_mgmt.jobs.changes.conversion_rules import formula_of
from configcat_mgmt.jobs.issues.collecting import IssueList, listed, sort_issues
from configcat_mgmt.jobs.planning.copying import PlanOptions, plan_copy
from configcat_mgmt.jobs.planning.plan import Issue, Plan, Step
from configcat_mgmt.jobs.planning.targeting import value_in
from configcat_mgmt.jobs.records.ordering import by_order
from configcat_mgmt.jobs.records.selection import Criteria, Selection
from configcat_mgmt.jobs.records.snapshot import (
    Config,
    Integration,
    OldValue,
    Setting,
    SettingInEnvironment,
    Snapshot,
)
from configcat_mgmt.jobs.records.snapshot_file import snapshot_hash

LONGEST_NAME: Final = 255
"""Of a config. Source: https://api.configcat.com/docs/ on creating one."""

_OLD: Final = "v1"
_NEW: Final = "v2"
_CONTENTS: Final = ("config", "setting", "variation", "values", "link")
_PLANNED: Final = Selection(
    only=Criteria(entities=(*_CONTENTS, "webhook", "integration"))
)


@attrs.frozen
class Conversion:
    """What a product becomes by the conversion of one of its configs."""

    snapshot: Snapshot
    """The product with the new config. What is new has the ids and SDK keys of what it
    was made of, so that as `source` of `apply` it tells which new ones replace them."""
    config: str
    """Name of the new config."""
    issues: tuple[Issue, ...] = ()
    """What is to be said about the translation, the worst first."""


def converted(
    snapshot: Snapshot, config: str, *, name: str | None = None
) -> Conversion:
    """Return the product with a config of version 2 that serves what an old one does.

    The new config has the same settings with the same keys, values in all
    environments, links and webhooks. Integrations that are limited to configs, the old
    one among them, also apply to the new one.

    Args:
        snapshot: The product. What is to be reported of SDK keys, and the parameters
            of integrations that are limited to configs, are only in a snapshot that
            was taken with secrets.
        config: Name of a config of version 1, in any case.
        name: Name of the new config, 1 to 255 characters; `<old name> (V2)` if None.
            A config of version 2 that has it is taken for an earlier conversion, and
            replaced.

    Raises:
        ConfigurationError: There is no such config, it is not of version 1, or the name
            cannot be used.
    """
    old = _old_config(snapshot, config)
    new_name = _new_name(snapshot, old, name)
    issues = IssueList()
    new = attrs.evolve(
        old,
        name=new_name,
        evaluation_version=_NEW,
        settings=tuple(_setting(old, one, issues) for one in old.settings),
    )
    issues.add("CC547", old.name)
    _note_gaps(snapshot, old, new_name, issues)
    return Conversion(_with(snapshot, old, new), new_name, issues.issues())


def plan_conversion(
    snapshot: Snapshot,
    config: str,
    *,
    name: str | None = None,
    reason: str | None = None,
) -> Plan:
    """Plan to make a config of version 2 out of one of version 1.

    Planning again after the plan was applied gives an empty plan, as long as neither
    config was changed. To go on with a plan that was cut off, apply the same plan with
    its journal.

    Args:
        snapshot: The product, as for `converted`.
        config: Name of a config of version 1, in any case.
        name: Name of the new config; `<old name> (V2)` if None.
        reason: Note on every change of values; needed where the product demands one.

    Returns:
        A plan of kind `convert`. Give `apply` the snapshot of `converted` as `source`,
        and its report tells the old SDK keys along with the new ones.

    Raises:
        ConfigurationError: As for `converted`, or there is a config of the new name
            that is not what would be made: a conversion overwrites nothing.
    """
    conversion = converted(snapshot, config, name=name)
    options = PlanOptions(
        kind="convert", selection=_PLANNED, on_conflict="overwrite", reason=reason
    )
    plan = plan_copy(conversion.snapshot, snapshot, options)
    _require_nothing_overwritten(snapshot, conversion.config, plan)
    return attrs.evolve(
        plan,
        source_hash=snapshot_hash(snapshot),
        issues=sort_issues((*plan.issues, *conversion.issues)),
    )


def _named(snapshot: Snapshot, name: str) -> Config | None:
    folded = name.casefold()
    return next(
        (one for one in snapshot.configs if one.name.casefold() == folded), None
    )


def _old_config(snapshot: Snapshot, name: str) -> Config:
    found = _named(snapshot, name)
    if found is not None and found.evaluation_version == _OLD:
        return found
    convertible = [
        one.name for one in snapshot.configs if one.evaluation_version == _OLD
    ]
    problem = f"the snapshot has no config {name!r}"
    if found is not None:
        problem = f"the config {found.name!r} has version {found.evaluation_version}"
    raise ConfigurationError(
        f"{problem}; of version v1, which can be converted, it has "
        f"{', '.join(map(repr, convertible)) or 'none'}"
    )


def _new_name(snapshot: Snapshot, old: Config, name: str | None) -> str:
    chosen = f"{old.name} (V2)" if name is None else name
    if not chosen.strip() or len(chosen) > LONGEST_NAME:
        raise ConfigurationError(
            f"{chosen!r} cannot be the name of a config, which has 1 to {LONGEST_NAME} "
            f"characters; choose another name"
        )
    other = _named(snapshot, chosen)
    unread = {gap.key.casefold() for gap in snapshot.gaps if gap.entity == "config"}
    if chosen.casefold() in unread:
        raise ConfigurationError(
            f"there is a config {chosen!r} already, which is not in the snapshot; "
            f"choose another name, or take the snapshot with it"
        )
    if other is not None and other.evaluation_version != _NEW:
        raise ConfigurationError(
            f"there is a config {other.name!r} of version {other.evaluation_version} "
            f"already; choose another name"
        )
    return chosen if other is None else other.name


def _setting(config: Config, setting: Setting, issues: IssueList) -> Setting:
    values: dict[str, SettingInEnvironment] = {}
    for environment, value in setting.values.items():
        old = value.targeting
        if not isinstance(old, OldValue):
            raise ConfigurationError(
                f"{setting.key!r} of the config {config.name!r} has a value of another "
                f"version in {environment!r}; take the snapshot again"
            )
        formula, problems = formula_of(old)
        for problem in problems:
            details = {} if problem.reason is None else {"reason": problem.reason}
            item = f"{setting.key} (rule {problem.rule})"
            issues.add(problem.code, f"{config.name} in {environment}", item, **details)
        if old.shares:
            issues.add("CC546", config.name, setting.key)
        values[environment] = SettingInEnvironment(formula, links=value.links)
    return attrs.evolve(setting, values=values)


def _note_gaps(
    snapshot: Snapshot, old: Config, new_name: str, issues: IssueList
) -> None:
    """Block if part of the old config is not known, or values cannot be written."""
    for gap in snapshot.gaps:
        if gap.entity == "setting" and f"{gap.key}/".startswith(("*", f"{old.name}/")):
            issues.add("CC545", old.name, f"setting {gap.key} ({gap.reason})")
    for environment in snapshot.environments:
        place = f"{old.name}/{environment.name}"
        is_read_only = any(
            gap.was_read and (gap.entity, gap.key) == ("values", place)
            for gap in snapshot.gaps
        )
        if is_read_only:
            issues.add("CC212", "Values", f"{new_name} in {environment.name}")
        for setting in old.settings:
            if value_in(setting, environment.name) is None:
                where = f"{old.name} in {environment.name}"
                issues.add("CC545", where, f"values of {setting.key}")


def _with(snapshot: Snapshot, old: Config, new: Config) -> Snapshot:
    """Return the product with the new config and all that belongs to it."""
    folded = new.name.casefold()

    def kept(config: str) -> bool:
        return config.casefold() != folded

    def is_old(config: str) -> bool:
        return config.casefold() == old.name.casefold()

    return attrs.evolve(
        snapshot,
        configs=by_order([*(one for one in snapshot.configs if kept(one.name)), new]),
        webhooks=(
            *(one for one in snapshot.webhooks if kept(one.config)),
            *(
                attrs.evolve(one, config=new.name)
                for one in snapshot.webhooks
                if is_old(one.config)
            ),
        ),
        integrations=tuple(
            _extended(one, old.name, new.name) for one in snapshot.integrations
        ),
        sdk_keys=(
            *(one for one in snapshot.sdk_keys if kept(one.config)),
            *(
                attrs.evolve(one, config=new.name)
                for one in snapshot.sdk_keys
                if is_old(one.config)
            ),
        ),
    )


def _extended(integration: Integration, old: str, new: str) -> Integration:
    """Return an integration that applies to the new config where it did to the old."""
    names = {name.casefold() for name in integration.configs}
    if old.casefold() not in names or new.casefold() in names:
        return integration
    return attrs.evolve(integration, configs=(*integration.configs, new))


def _require_nothing_overwritten(snapshot: Snapshot, name: str, plan: Plan) -> None:
    if _named(snapshot, name) is None:
        return
    changed = [step for step in plan.steps if _changes(step, name)]
    if changed:
        parts = (f"{step.entity} {' / '.join(step.key[1:])}" for step in changed)
        raise ConfigurationError(
            f"there is a config {name!r} already, and it is not what would be made: it "
            f"differs in {listed(tuple(parts))}; choose another name, or delete it"
        )


def _changes(step: Step, config: str) -> bool:
    """Whether a step changes more of a config that is there than its surroundings."""
    if step.entity == "webhook" and step.action == "create":
        return False
    return step.entity in (*_CONTENTS, "webhook") and step.key[0] == config
