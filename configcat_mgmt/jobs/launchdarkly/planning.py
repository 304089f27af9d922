"""Plans the calls that make a product of a translation."""

from datetime import datetime
from typing import Final

import attrs

from configcat_mgmt.checked import checked
from configcat_mgmt.jobs.issues.collecting import sort_issues
from configcat_mgmt.jobs.launchdarkly.translation import Translation
from configcat_mgmt.jobs.model.plan import NewProduct, Plan
from configcat_mgmt.jobs.model.selection import Criteria, Selection
from configcat_mgmt.jobs.model.snapshot import Config, Environment, Snapshot, Tag
from configcat_mgmt.jobs.planning.builder import by_folded_name
from configcat_mgmt.jobs.planning.options import Approval, PlanOptions
from configcat_mgmt.jobs.planning.plan_copy import plan_copy

IMPORTED: Final = (
    "product",
    "environment",
    "tag",
    "segment",
    "config",
    "setting",
    "variation",
    "values",
)
"""The kinds of entities that a translation has."""

_OF_COPIES: Final = frozenset({"CC101", "CC106", "CC107", "CC108"})
"""Issues about parts of a copied product, of which an import has none."""

_REMEDIES: Final = {
    "CC404": "Delete them in the dashboard if nothing needs them: an import deletes "
    "nothing."
}
"""Remedies in place of those that name options which an import does not have."""


@checked
def plan_import(
    translation: Translation,
    target: Snapshot | NewProduct,
    *,
    reason: str | None = None,
    approval: Approval | None = None,
    apply_at: datetime | None = None,
) -> Plan:
    """Plan to make a product of a translation, or to bring one up to date.

    The plan overwrites entities of the same names and keys, and deletes nothing. For an
    unchanged project it is empty. What LaunchDarkly does not have stays as it is, such
    as descriptions of environments and the order of settings.

    Args:
        translation: The translation.
        target: The present product, or the product to create.
        reason: Reason recorded with changed values; required if the product demands
            reasons.
        approval: The way to change values where the product requires approval; see
            `Approval`. None blocks the plan there.
        apply_at: Aware time at which the service applies the change requests; only with
            the approval `request`.

    Returns:
        A plan of kind `import` with the issues of the translation. It must not be
        applied as long as it has `blockers`.
    """
    entities = IMPORTED if isinstance(target, NewProduct) else IMPORTED[1:]
    options = PlanOptions(
        kind="import",
        selection=Selection(only=Criteria(entities=entities)),
        on_conflict="overwrite",
        reason=reason,
        approval=approval,
        apply_at=apply_at,
    )
    wanted = translation.snapshot
    if isinstance(target, Snapshot):
        wanted = _with_present(wanted, target)
    original = translation.snapshot
    plan = plan_copy(wanted, target, options, original=original)
    issues = [
        attrs.evolve(one, remedy=_REMEDIES.get(one.code, one.remedy))
        for one in plan.issues
        if one.code not in _OF_COPIES
    ]
    return attrs.evolve(plan, issues=sort_issues([*issues, *translation.issues]))


def _with_present(wanted: Snapshot, found: Snapshot) -> Snapshot:
    """Return a translation with what only the target has of the same entities."""
    environments = by_folded_name(found.environments)
    tags = by_folded_name(found.tags)
    configs = by_folded_name(found.configs)

    def environment(one: Environment) -> Environment:
        other = environments.get(one.name.casefold(), one)
        return attrs.evolve(
            one,
            color=one.color or other.color,
            description=other.description,
            order=other.order,
        )

    def tag(one: Tag) -> Tag:
        return attrs.evolve(one, color=tags.get(one.name.casefold(), one).color)

    def config(one: Config) -> Config:
        other = configs.get(one.name.casefold())
        return one if other is None else _config(one, other)

    return attrs.evolve(
        wanted,
        environments=tuple(map(environment, wanted.environments)),
        tags=tuple(map(tag, wanted.tags)),
        configs=tuple(map(config, wanted.configs)),
    )


def _config(wanted: Config, found: Config) -> Config:
    """Keep description and order of a config, and the order of its settings."""
    orders = {one.key.casefold(): one.order for one in found.settings}
    last = max(orders.values(), default=-1)
    settings = tuple(
        attrs.evolve(one, order=orders.get(one.key.casefold(), last + 1 + number))
        for number, one in enumerate(wanted.settings)
    )
    return attrs.evolve(
        wanted, description=found.description, order=found.order, settings=settings
    )
