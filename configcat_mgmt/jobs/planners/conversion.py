"""Plans to convert a config to evaluation version 2.

The version of a config cannot change, so the plan creates a new config and leaves the
old one as it is. Unlike the dashboard, it also converts webhooks and integrations.
Source: https://configcat.com/docs/advanced/config-v2-migration-guide.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Final, TypeVar

import attrs

from configcat_mgmt.checked import checked
from configcat_mgmt.errors import ConfigurationError
from configcat_mgmt.jobs.issues.collecting import IssueList, listed
from configcat_mgmt.jobs.model.edit import LONGEST_NAME
from configcat_mgmt.jobs.model.plan import Plan
from configcat_mgmt.jobs.model.references import value_in
from configcat_mgmt.jobs.model.selection import Criteria, Selection
from configcat_mgmt.jobs.model.snapshot import (
    Config,
    Integration,
    SdkKey,
    Setting,
    SettingInEnvironment,
    Snapshot,
    ValueV1,
    Webhook,
    by_order,
)
from configcat_mgmt.jobs.planners.conversion_rules import formula_of
from configcat_mgmt.jobs.planners.one_product import plan_change
from configcat_mgmt.jobs.planning.options import Approval, PlanOptions
from configcat_mgmt.jobs.planning.webhooks_and_integrations import webhook_key
from configcat_mgmt.texts import folded

PlaceT = TypeVar("PlaceT", Webhook, SdkKey)

"""Characters of a config name. Source: https://api.configcat.com/docs/, create-config.
"""

_OLD: Final = "v1"
_NEW: Final = "v2"
_CONTENTS: Final = ("config", "setting", "variation", "values", "link")
"""Entities that a conversion never changes if a config of the new name exists."""
_PLANNED: Final = Selection(only=Criteria((*_CONTENTS, "webhook", "integration")))


@checked
def converted(snapshot: Snapshot, config: str, *, name: str | None = None) -> Snapshot:
    """Return the product as a conversion leaves it.

    Args:
        snapshot: A snapshot of the product, as for `plan_conversion`.
        config: Name of the config of version 1 in any case, or its id.
        name: Name of the new config.

    Returns:
        The product with the new config, which has the ids and SDK keys of the old
        config. As `source` of `apply` it lets the report list old and new ids and keys.

    Raises:
        ConfigurationError: As for `plan_conversion`, except for differences.
    """
    return _Conversion.of(snapshot, config, name).result()


@checked
def plan_conversion(
    snapshot: Snapshot,
    config: str,
    *,
    name: str | None = None,
    reason: str | None = None,
    approval: Approval | None = None,
    apply_at: datetime | None = None,
) -> Plan:
    """Plan a config of version 2 that serves the same values as one of version 1.

    The new config has the same settings under the same keys, the same values and links
    in all environments, and copies of the old config's webhooks. Integrations that are
    limited to configs including the old one are extended to the new one. The rest of
    the product stays as it is.

    To resume an interrupted plan, apply the same plan with its journal. After a
    finished conversion, planning again gives an empty plan unless somebody changed one
    of the configs.

    Args:
        snapshot: A snapshot of the product. Only a snapshot taken with secrets has the
            headers of webhooks and the parameters of integrations.
        config: Name of a config of version 1 in any case, or its id.
        name: Name of the new config, 1 to 255 characters; `<old name> (V2)` if None.
        reason: Reason recorded with the new values; required if the product demands
            reasons.
        approval: The way to change values where the product requires approval; see
            `Approval`. None blocks the plan there.
        apply_at: Aware time at which the service applies the change requests; only with
            the approval `request`.

    Returns:
        A plan of kind `convert`. Rules that cannot be converted block it. Rules that
        match no user are left out with an issue.

    Raises:
        ConfigurationError: The config does not exist or is not of version 1. The name
            is not allowed, or a different config has it: a conversion overwrites
            nothing.
    """
    conversion = _Conversion.of(snapshot, config, name)
    wanted = conversion.result()
    conversion.note_what_is_missing()
    options = PlanOptions(
        kind="convert",
        selection=_PLANNED,
        reason=reason,
        approval=approval,
        apply_at=apply_at,
    )
    plan = plan_change(snapshot, wanted, options, conversion.issues)
    _require_nothing_overwritten(snapshot, conversion.name, plan)
    return plan


@attrs.frozen
class _Conversion:
    snapshot: Snapshot
    old: Config
    name: str
    """Name of the new config."""
    issues: IssueList = attrs.field(factory=IssueList, init=False)

    @classmethod
    def of(cls, snapshot: Snapshot, config: str, name: str | None) -> "_Conversion":
        old = _old_config(snapshot, config)
        return cls(snapshot, old, _new_name(snapshot, old, name))

    def result(self) -> Snapshot:
        """Return the product with the new config, its webhooks and its integrations."""
        snapshot, folded = self.snapshot, self.name.casefold()
        configs = [one for one in snapshot.configs if one.name.casefold() != folded]
        keys = [one for one in snapshot.sdk_keys if one.config.casefold() != folded]
        # A webhook that the new config already has stays as it is.
        present = set(map(webhook_key, snapshot.webhooks))
        webhooks = [
            one
            for one in self._copies(snapshot.webhooks)
            if webhook_key(one) not in present
        ]
        return attrs.evolve(
            snapshot,
            configs=by_order([*configs, self._config()]),
            webhooks=(*snapshot.webhooks, *webhooks),
            integrations=tuple(map(self._extended, snapshot.integrations)),
            sdk_keys=(*keys, *self._copies(snapshot.sdk_keys)),
        )

    def note_what_is_missing(self) -> None:
        """Block the plan if the old config is partly unread, or values read-only."""
        old, issues = self.old, self.issues
        for gap in self.snapshot.gaps:
            key = f"{gap.key}/"
            if gap.entity == "setting" and key.startswith(("*", f"{old.name}/")):
                issues.add("CC545", old.name, f"setting {gap.key} ({gap.reason})")
        read_only = {
            gap.key
            for gap in self.snapshot.gaps
            if gap.entity == "values" and gap.was_read
        }
        for environment in self.snapshot.environments:
            place = environment.name
            if f"{old.name}/{place}" in read_only:
                issues.add("CC212", "Values", f"{self.name} in {place}")
            for setting in old.settings:
                if value_in(setting, place) is None:
                    item = f"values of {setting.key}"
                    issues.add("CC545", f"{old.name} in {place}", item)

    def _config(self) -> Config:
        self.issues.add("CC547", self.old.name)
        return attrs.evolve(
            self.old,
            name=self.name,
            evaluation_version=_NEW,
            settings=tuple(map(self._setting, self.old.settings)),
        )

    def _setting(self, setting: Setting) -> Setting:
        values: dict[str, SettingInEnvironment] = {}
        for environment, value in setting.values.items():
            if not isinstance(value.targeting, ValueV1):
                raise ConfigurationError(
                    f"{setting.key!r} of the config {self.old.name!r} has a value of "
                    f"version 2 in {environment!r}; take the snapshot again"
                )
            formula, problems = formula_of(value.targeting)
            where = f"{self.old.name} in {environment}"
            for problem in problems:
                details = {} if problem.reason is None else {"reason": problem.reason}
                item = f"{setting.key} (rule {problem.rule})"
                self.issues.add(problem.code, where, item, **details)
            if value.targeting.percentage_options:
                self.issues.add("CC546", self.old.name, setting.key)
            values[environment] = SettingInEnvironment(formula, links=value.links)
        return attrs.evolve(setting, values=values)

    def _copies(self, places: Iterable[PlaceT]) -> Iterator[PlaceT]:
        """Return the parts of the old config, renamed to the new one."""
        for one in places:
            if one.config.casefold() == self.old.name.casefold():
                yield attrs.evolve(one, config=self.name)

    def _extended(self, integration: Integration) -> Integration:
        """Return an integration; if it applies to the old config, add the new one."""
        names = {name.casefold() for name in integration.configs}
        if self.old.name.casefold() not in names or self.name.casefold() in names:
            return integration
        return attrs.evolve(integration, configs=(*integration.configs, self.name))


def _named(snapshot: Snapshot, name: str) -> Config | None:
    wanted = folded(name)
    return next((one for one in snapshot.configs if folded(one.name) == wanted), None)


def _old_config(snapshot: Snapshot, place: str) -> Config:
    found = _named(snapshot, place) or next(
        (one for one in snapshot.configs if str(one.id) == place.casefold()), None
    )
    if found is not None and found.evaluation_version == _OLD:
        return found
    problem = f"the snapshot has no config {place!r}"
    if found is not None:
        version = found.evaluation_version
        problem = f"the config {found.name!r} is of evaluation version {version}"
    convertible = [
        repr(one.name) for one in snapshot.configs if one.evaluation_version == _OLD
    ]
    raise ConfigurationError(
        f"{problem}; configs of {_OLD}, which can be converted, are "
        f"{', '.join(convertible) or 'not there'}"
    )


def _new_name(snapshot: Snapshot, old: Config, name: str | None) -> str:
    chosen = f"{old.name} (V2)" if name is None else name
    if not chosen.strip() or len(chosen) > LONGEST_NAME:
        raise ConfigurationError(
            f"{chosen!r} cannot be the name of a config, which has 1 to {LONGEST_NAME} "
            f"characters; choose another name"
        )
    unread = {gap.key.casefold() for gap in snapshot.gaps if gap.entity == "config"}
    if chosen.casefold() in unread:
        raise ConfigurationError(
            f"there is a config {chosen!r} already, which is not in the snapshot; "
            f"choose another name"
        )
    other = _named(snapshot, chosen)
    if other is not None and other.evaluation_version != _NEW:
        raise ConfigurationError(
            f"there is a config {other.name!r} of evaluation version "
            f"{other.evaluation_version} already; choose another name"
        )
    return chosen if other is None else other.name


def _require_nothing_overwritten(snapshot: Snapshot, name: str, plan: Plan) -> None:
    if _named(snapshot, name) is None:
        return
    changed = [
        " ".join((step.entity, *step.key[1:]))
        for step in plan.steps
        if step.entity in _CONTENTS and step.key[0] == name
    ]
    if changed:
        raise ConfigurationError(
            f"there is a config {name!r} already, which differs from the converted one "
            f"in {listed(tuple(changed))}; choose another name, or delete it"
        )
