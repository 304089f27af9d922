"""Plans the calls that make a target like a snapshot.

No function here reads or writes anything: a plan depends on its arguments alone.
"""

import hashlib
from collections.abc import Callable, Iterable
from typing import Final, TypeVar

import attrs

from configcat_mgmt.checked import checked
from configcat_mgmt.gc_pause import collector_paused
from configcat_mgmt.jobs.issues.open_requests import note_open_requests
from configcat_mgmt.jobs.model.narrow_and_rename import (
    Named,
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
from configcat_mgmt.jobs.planning.builder import PlanBuilder
from configcat_mgmt.jobs.planning.dependencies import (
    needed_settings,
    note_dependencies,
)
from configcat_mgmt.jobs.planning.extraneous import find_extraneous
from configcat_mgmt.jobs.planning.options import PlanOptions
from configcat_mgmt.jobs.planning.read_gaps import (
    note_change_requests,
    note_left_out,
    note_what_stays_behind,
)
from configcat_mgmt.jobs.planning.settings import PlannedConfig, plan_settings
from configcat_mgmt.jobs.planning.subscription import note_numbers
from configcat_mgmt.jobs.planning.values import plan_values

__all__ = ["NewProduct", "PlanOptions", "plan_copy"]

T = TypeVar("T")

_DEFAULTS: Final = PlanOptions()
_BYTES_OF_VALUE: Final = 200


@checked
def plan_copy(
    snapshot: Snapshot,
    target: Snapshot | NewProduct,
    options: PlanOptions = _DEFAULTS,
    *,
    original: Snapshot | None = None,
) -> Plan:
    """Plan how to make the target like the snapshot.

    Entities of the target are found by natural key and compared, so the plan has only
    the differences. A snapshot against itself gives an empty plan.

    Args:
        snapshot: The wanted product, as it was read or changed since.
        target: The present product, or the product to create.
        options: The selection, names in the target, and the policy for conflicts. For a
            restore, `kind` is `restore` and conflicts are overwritten.
        original: The snapshot as it was read, if it was changed since; the plan is
            bound to this one.

    Returns:
        The plan. It must not be applied as long as it has `blockers`.

    Raises:
        ConfigurationError: The name map does not fit the snapshot.
    """
    # All objects created here stay in use, so the garbage collector would find nothing.
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
    source_hash = snapshot_hash(original)
    builder = _draft(snapshot, target, options, source_hash)
    configs = _plan_contents(builder, target)
    _plan_deletes(builder, snapshot, configs)
    last = product.last_stage(builder)
    product.plan_preferences(builder, last)
    product.plan_members(builder, last)
    read_gaps.note_gaps(builder, snapshot)
    read_gaps.block_read_only(builder)
    read_gaps.note_unknown_fields(builder, snapshot)
    note_what_stays_behind(builder)
    if options.kind in ("copy", "restore"):
        note_change_requests(builder, snapshot)
    if options.kind == "restore" and builder.found is not None:
        note_open_requests(builder.issues, builder.found, options.selection)
    note_numbers(builder)
    return Plan(
        kind=options.kind,
        target=_target(target, builder),
        source_hash=source_hash,
        steps=tuple(sorted(builder.steps, key=lambda step: step.stage)),
        issues=builder.issues.issues(),
        invites=options.members,
    )


def _draft(
    snapshot: Snapshot,
    target: Snapshot | NewProduct,
    options: PlanOptions,
    source_hash: str,
) -> PlanBuilder:
    found = target if isinstance(target, Snapshot) else None
    name = target.name or snapshot.name
    needed = needed_settings(snapshot, found, options)
    wanted = renamed(narrowed(snapshot, options.selection, needed), options.names)
    mark = _mark(source_hash, found)
    builder = PlanBuilder(options, wanted, found, name, target.limits, mark)
    builder.wanted = _distinct(builder, wanted)
    if found is not None:
        _block_ambiguous(builder, found)
    note_left_out(builder, snapshot)
    note_dependencies(builder, snapshot)
    return builder


def _mark(source_hash: str, found: Snapshot | None) -> str:
    """Return digits that differ for plans of other snapshots or from another time."""
    text = f"{source_hash} {found and found.source.taken_at}"
    return hashlib.sha256(text.encode("ascii")).hexdigest()[:8]


def _plan_contents(
    builder: PlanBuilder, target: Snapshot | NewProduct
) -> list[PlannedConfig]:
    if isinstance(target, Snapshot):
        product.plan_product(builder, target)
    else:
        product.plan_new_product(builder, target)
    product_parts.plan_environments(builder)
    product_parts.plan_tags(builder)
    product_parts.plan_groups(builder)
    product_parts.plan_segments(builder)
    product_parts.plan_configs(builder)
    configs = plan_settings(builder)
    plan_values(builder, configs)
    webhooks_and_integrations.plan_links(builder, configs)
    webhooks_and_integrations.plan_webhooks(builder)
    webhooks_and_integrations.plan_integrations(builder)
    return configs


def _plan_deletes(
    builder: PlanBuilder, snapshot: Snapshot, configs: list[PlannedConfig]
) -> None:
    if builder.found is None:
        return
    options = builder.options
    source = renamed_loosely(snapshot, options.names)
    extraneous = find_extraneous(builder, builder.found, source, configs)
    if not options.delete:
        prune.note_extraneous(builder, extraneous)
    elif any(True for _ in read_gaps.relevant_gaps(snapshot, options.selection)):
        builder.issues.add("CC405", "Deletions")
    else:
        prune.plan_prune(builder, builder.found, extraneous)


def _target(target: Snapshot | NewProduct, builder: PlanBuilder) -> Target:
    if isinstance(target, NewProduct):
        return Target(
            target.base_url, target.organization, builder.product, is_new=True
        )
    return Target(
        base_url=target.source.base_url,
        organization=target.source.organization,
        product=builder.product,
        is_new=False,
        product_id=target.source.product_id,
    )


def _distinct(builder: PlanBuilder, wanted: Snapshot) -> Snapshot:
    """Leave out entities whose name differs from another in case only; block the plan.

    A plan names entities, so it would take one for the other.
    """

    def first(kind: str, entities: Iterable[T], name: Callable[[T], str]) -> list[T]:
        seen: dict[str, T] = {}
        for entity in entities:
            other = seen.setdefault(name(entity).casefold(), entity)
            if other is not entity:
                builder.issues.add("CC209", kind, name(other), name(entity))
        return list(seen.values())

    def config(one: Config) -> Config:
        settings = first(f"Settings of {one.name}", one.settings, lambda each: each.key)
        if len(settings) == len(one.settings):
            return one
        return attrs.evolve(one, settings=tuple(settings))

    configs = first("Configs", wanted.configs, lambda one: one.name)
    groups = wanted.permission_groups
    return attrs.evolve(
        wanted,
        environments=tuple(first("Environments", wanted.environments, _name)),
        tags=tuple(first("Tags", wanted.tags, _name)),
        segments=tuple(first("Segments", wanted.segments, _name)),
        permission_groups=tuple(first("Permission groups", groups, _name)),
        configs=tuple(map(config, configs)),
    )


def _block_ambiguous(builder: PlanBuilder, found: Snapshot) -> None:
    """Block if the plan would have to choose between two names of the target."""
    wanted, takes_all = builder.wanted, builder.options.delete

    def check(kind: str, wanted: Iterable[str], found: Iterable[str]) -> None:
        needed = {name.casefold() for name in wanted}
        seen: dict[str, str] = {}
        for name in found:
            folded = name.casefold()
            other = seen.setdefault(folded, name)
            if other != name and (takes_all or folded in needed):
                builder.issues.add("CC209", f"Target, {kind}", other, name)

    check(
        "environments", map(_name, wanted.environments), map(_name, found.environments)
    )
    check("tags", map(_name, wanted.tags), map(_name, found.tags))
    check("segments", map(_name, wanted.segments), map(_name, found.segments))
    groups = map(_name, found.permission_groups)
    check("permission groups", map(_name, wanted.permission_groups), groups)
    check("configs", map(_name, wanted.configs), map(_name, found.configs))
    configs = {one.name.casefold(): one for one in wanted.configs}
    for one in found.configs:
        other = configs.get(one.name.casefold())
        keys = (setting.key for setting in other.settings) if other else ()
        check(f"settings of {one.name}", keys, (each.key for each in one.settings))


def _name(entity: Named) -> str:
    return entity.name
