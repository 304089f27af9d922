"""Plans to make an environment that serves the same values as another one."""

import glob
from datetime import datetime
from typing import Final

import attrs

from configcat_mgmt.checked import checked
from configcat_mgmt.errors import ConfigurationError
from configcat_mgmt.jobs.issues.collecting import IssueList
from configcat_mgmt.jobs.model.edit import LONGEST_NAME
from configcat_mgmt.jobs.model.environment_entries import permissions_of
from configcat_mgmt.jobs.model.plan import Plan
from configcat_mgmt.jobs.model.references import value_in
from configcat_mgmt.jobs.model.request_bodies import group_body
from configcat_mgmt.jobs.model.selection import EVERYTHING
from configcat_mgmt.jobs.model.snapshot import (
    Config,
    Setting,
    SettingInEnvironment,
    Snapshot,
)
from configcat_mgmt.jobs.planners.one_product import (
    environment_named,
    part_of,
    plan_change,
)
from configcat_mgmt.jobs.planning.options import Approval, PlanOptions
from configcat_mgmt.texts import clipped, folded

_ENTITIES: Final = ("environment", "values", "preferences")


@checked
def plan_clone_environment(
    snapshot: Snapshot,
    source: str,
    name: str,
    *,
    webhooks: bool = False,
    reason: str | None = None,
    approval: Approval | None = None,
    apply_at: datetime | None = None,
) -> Plan:
    """Plan to make an environment that serves the same values as another one.

    The new environment gets the color, the description and the required reasons and
    approvals of the source, and each setting the same default value, targeting rules
    and percentage options. Integration links belong to work in the source and stay
    there. Permission groups give access to new environments as they are set up to.

    Args:
        snapshot: A snapshot of the whole product.
        source: Name of the environment to copy, in any case.
        name: Name of the new environment; 1 to 255 characters.
        webhooks: Whether to copy the webhooks of the source too. They start to send as
            soon as they exist, to the same addresses.
        reason: Reason recorded with the values; required if the product demands
            reasons.
        approval: The way to change values where the product requires approval; see
            `Approval`. None blocks the plan there.
        apply_at: Aware time at which the service applies the change requests; only with
            the approval `request`.

    Returns:
        A plan of kind `clone-environment`. A setting whose value could not be read in
        the source is left out, with an issue. Another issue names the permission groups
        whose access to the new environment differs from that to the source.

    Raises:
        ConfigurationError: The source does not exist, or the name is taken, empty or
            too long.
    """
    wanted = _with_clone(snapshot, source, name, webhooks=webhooks)
    origin = environment_named(snapshot, source).name
    issues = IssueList()
    _note_accesses(issues, snapshot, origin)
    for config in snapshot.configs:
        for setting in config.settings:
            if value_in(setting, origin) is None:
                issues.add("CC501", f"{config.name} in {origin}", setting.key)
    entities = (*_ENTITIES, "webhook") if webhooks else _ENTITIES
    options = PlanOptions(
        kind="clone-environment",
        selection=part_of(EVERYTHING, *entities, environments=(glob.escape(name),)),
        reason=reason,
        approval=approval,
        apply_at=apply_at,
    )
    return plan_change(snapshot, wanted, options, issues)


def _note_accesses(issues: IssueList, snapshot: Snapshot, origin: str) -> None:
    """Name the groups that get another access to the new environment."""
    for group in snapshot.permission_groups:
        for kind, entries in permissions_of(group).items():
            old = entries.get(origin, kind.absent)
            new = group_body(group).get(kind.new_field, kind.absent)
            if old != new:
                item = f"{group.name}: {new} ({old} in {origin})"
                issues.add("CC504", "Permission groups", item)


def _with_clone(
    snapshot: Snapshot, source: str, name: str, *, webhooks: bool = False
) -> Snapshot:
    """Return the product with the new environment, as `plan_clone_environment` does.

    Args:
        snapshot: A snapshot of the whole product.
        source: Name of the environment to copy, in any case.
        name: Name of the new environment.
        webhooks: Whether to copy the webhooks of the source too.

    Raises:
        ConfigurationError: The source does not exist, or the name is taken, empty or
            too long.
    """
    origin = environment_named(snapshot, source)
    if not name.strip() or len(name) > LONGEST_NAME:
        raise ConfigurationError(
            f"{clipped(name, 60)!r} cannot be the name of an environment, which has 1 "
            f"to {LONGEST_NAME} characters; choose another name"
        )
    taken = {folded(one.name): one.name for one in snapshot.environments}
    if folded(name) in taken:
        raise ConfigurationError(
            f"the product has an environment {taken[folded(name)]!r} already; choose "
            "another name, or promote values to it"
        )
    clone = attrs.evolve(
        origin,
        name=name,
        order=1 + max(one.order for one in snapshot.environments),
        id=None,
    )
    copies = [
        attrs.evolve(one, environment=name, id=None)
        for one in snapshot.webhooks
        if webhooks and one.environment == origin.name
    ]
    preferences = snapshot.preferences
    return attrs.evolve(
        snapshot,
        environments=(*snapshot.environments, clone),
        preferences=attrs.evolve(
            preferences,
            reason_required_environments=_joined(
                preferences.reason_required_environments, origin.name, name
            ),
            approve_required_environments=_joined(
                preferences.approve_required_environments, origin.name, name
            ),
        ),
        configs=tuple(
            _config_with_clone(one, origin.name, name) for one in snapshot.configs
        ),
        webhooks=(*snapshot.webhooks, *copies),
    )


def _joined(names: tuple[str, ...], source: str, name: str) -> tuple[str, ...]:
    return tuple(sorted((*names, name))) if source in names else names


def _config_with_clone(config: Config, source: str, name: str) -> Config:
    settings = tuple(_setting_with_clone(one, source, name) for one in config.settings)
    return attrs.evolve(config, settings=settings)


def _setting_with_clone(setting: Setting, source: str, name: str) -> Setting:
    value = value_in(setting, source)
    if value is None:
        return setting
    values = {**setting.values, name: SettingInEnvironment(value.targeting)}
    return attrs.evolve(setting, values=values)
