"""From what there is and what should be to the calls that bring it about.

No function here reads or writes anything: a plan depends on its arguments alone.
"""

from collections.abc import Callable, Iterable
from typing import Final, TypeVar

import attrs

from configcat_mgmt.core.codec.gc_pause import collector_paused
from configcat_mgmt.jobs.model.narrow_and_rename import (
    narrowed,
    renamed,
    renamed_loosely,
)
from configcat_mgmt.jobs.model.plan import NewProduct, Plan, Target
from configcat_mgmt.jobs.model.snapshot import Config, Snapshot
from configcat_mgmt.jobs.model.snapshot_file import snapshot_hash
from configcat_mgmt.jobs.planning import (
    product,
    product_parts,
    prune,
    read_gaps,
    webhooks_and_integrations,
)
from configcat_mgmt.jobs.planning.builder import Draft
from configcat_mgmt.jobs.planning.extraneous import find_surplus
from configcat_mgmt.jobs.planning.notes import note_left_out, note_what_stays_behind
from configcat_mgmt.jobs.planning.options import PlanOptions
from configcat_mgmt.jobs.planning.settings import PlannedConfig, plan_settings
from configcat_mgmt.jobs.planning.values import plan_values

__all__ = ["NewProduct", "PlanOptions", "plan_copy"]

T = TypeVar("T")

_DEFAULTS: Final = PlanOptions()
_BYTES_OF_VALUE: Final = 200


def plan_copy(
    snapshot: Snapshot,
    target: Snapshot | NewProduct,
    options: PlanOptions = _DEFAULTS,
    *,
    original: Snapshot | None = None,
) -> Plan:
    """Plan how to make the target like the snapshot.

    What is in the target already is found by its natural key and compared, so that
    only what differs is planned: a snapshot against itself gives an empty plan.

    Args:
        snapshot: What should be: what was read, or what was made of that.
        target: What is there, or which product to make.
        options: What is selected, how it is called in the target, and what to do about
            conflicts. For a restore, `kind` is `restore` and conflicts are
            overwritten.
        original: What the snapshot was made of, if it was changed since it was read;
            the plan is bound to this one.

    Returns:
        The plan. It must not be applied as long as it has `blockers`.

    Raises:
        ConfigurationError: The name map does not fit the snapshot.
    """
    # All that is made here stays in use, so that looking for garbage is in vain.
    with collector_paused(_size(snapshot)):
        return _plan(snapshot, target, options, original or snapshot)


def _size(snapshot: Snapshot) -> int:
    """Return about how many bytes of JSON a snapshot is."""
    settings = sum(len(config.settings) for config in snapshot.configs)
    return _BYTES_OF_VALUE * settings * max(len(snapshot.environments), 1)


def _plan(
    snapshot: Snapshot,
    target: Snapshot | NewProduct,
    options: PlanOptions,
    original: Snapshot,
) -> Plan:
    draft = _draft(snapshot, target, options)
    configs = _plan_contents(draft, target)
    _plan_deletes(draft, snapshot, configs)
    last = product.last_stage(draft)
    product.plan_preferences(draft, last)
    product.plan_members(draft, last)
    read_gaps.note_gaps(draft, snapshot)
    read_gaps.block_read_only(draft)
    note_what_stays_behind(draft)
    return Plan(
        kind=options.kind,
        target=_target(target, draft),
        source_hash=snapshot_hash(original),
        steps=tuple(sorted(draft.steps, key=lambda step: step.stage)),
        issues=draft.issues.issues(),
        invites=options.members,
    )


def _draft(
    snapshot: Snapshot, target: Snapshot | NewProduct, options: PlanOptions
) -> Draft:
    found = target if isinstance(target, Snapshot) else None
    name = target.name or snapshot.name
    wanted = renamed(narrowed(snapshot, options.selection), options.names)
    draft = Draft(options, wanted, found, name, target.limits)
    draft.wanted = _distinct(draft, wanted)
    note_left_out(draft, snapshot)
    return draft


def _plan_contents(draft: Draft, target: Snapshot | NewProduct) -> list[PlannedConfig]:
    if isinstance(target, Snapshot):
        product.plan_product(draft, target)
    else:
        product.plan_new_product(draft, target)
    product_parts.plan_environments(draft)
    product_parts.plan_tags(draft)
    product_parts.plan_groups(draft)
    product_parts.plan_segments(draft)
    product_parts.plan_configs(draft)
    configs = plan_settings(draft)
    plan_values(draft, configs)
    webhooks_and_integrations.plan_links(draft, configs)
    webhooks_and_integrations.plan_webhooks(draft)
    webhooks_and_integrations.plan_integrations(draft)
    return configs


def _plan_deletes(
    draft: Draft, snapshot: Snapshot, configs: list[PlannedConfig]
) -> None:
    if draft.found is None:
        return
    options = draft.options
    source = renamed_loosely(snapshot, options.names)
    surplus = find_surplus(draft, draft.found, source, configs)
    if not options.delete:
        prune.note_surplus(draft, surplus)
    elif any(True for _ in read_gaps.relevant_gaps(snapshot, options.selection)):
        draft.issues.add("CC405", "Deletions")
    else:
        prune.plan_deletes(draft, draft.found, surplus)


def _target(target: Snapshot | NewProduct, draft: Draft) -> Target:
    if isinstance(target, NewProduct):
        return Target(target.base_url, target.organization, draft.product, is_new=True)
    return Target(
        base_url=target.source.base_url,
        organization=target.source.organization,
        product=draft.product,
        is_new=False,
        product_id=target.source.product_id,
    )


def _distinct(draft: Draft, wanted: Snapshot) -> Snapshot:
    """Leave out what cannot be told from its siblings by name, and block the plan."""

    def first(
        kind: str, things: Iterable[T], name: Callable[[T], str]
    ) -> tuple[T, ...]:
        seen: dict[str, T] = {}
        for thing in things:
            other = seen.setdefault(name(thing).casefold(), thing)
            if other is not thing:
                draft.issues.add("CC209", kind, name(other), name(thing))
        return tuple(seen.values())

    def config(one: Config) -> Config:
        settings = first(f"Settings of {one.name}", one.settings, lambda each: each.key)
        if len(settings) == len(one.settings):
            return one
        return attrs.evolve(one, settings=settings)

    configs = first("Configs", wanted.configs, lambda one: one.name)
    groups = wanted.permission_groups
    return attrs.evolve(
        wanted,
        environments=first("Environments", wanted.environments, lambda one: one.name),
        tags=first("Tags", wanted.tags, lambda one: one.name),
        segments=first("Segments", wanted.segments, lambda one: one.name),
        permission_groups=first("Permission groups", groups, lambda one: one.name),
        configs=tuple(map(config, configs)),
    )
