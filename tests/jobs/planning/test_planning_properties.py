"""Plans of any products: right, smallest, and obeyed by a product in memory."""

import json
from collections import Counter
from collections.abc import Mapping
from typing import Any
from uuid import UUID

import attrs
from hypothesis import example, given
from hypothesis import strategies as st

from configcat_mgmt.errors import ConfigurationError
from configcat_mgmt.jobs.compare.differences import differences
from configcat_mgmt.jobs.model.plan import NewProduct, Plan
from configcat_mgmt.jobs.model.references import prerequisites
from configcat_mgmt.jobs.model.selection import Criteria, NameMap, Selection
from configcat_mgmt.jobs.model.snapshot import (
    Environment,
    PermissionGroup,
    Snapshot,
)
from configcat_mgmt.jobs.planning.plan_copy import PlanOptions, plan_copy
from configcat_mgmt.jobs.planning.plan_file_checks import problems_of
from tests.jobs.plan_interpreter import Service
from tests.jobs.products import CONFIGS, ENVIRONMENTS, KEYS, TAGS, TARGET, products
from tests.jobs.snapshots import SNAPSHOTS, wide_snapshot

Json = Any

NEW = NewProduct("https://api.example", "Target")
MIRROR = PlanOptions(
    kind="restore",
    on_conflict="overwrite",
    delete=True,
    max_deletes=1_000_000,
    reason="because",
)
SEEDS = st.integers(0, 2**16)
EMPTY = wide_snapshot(flags=0, environments=0, configs=0)


def same(wanted: Snapshot, found: Snapshot) -> None:
    """Two products are equal but for ids and where they are."""
    source = attrs.evolve(wanted.source, product_id=found.source.product_id)
    assert differences(attrs.evolve(wanted, source=source), found) == ()


def expected_calls(snapshot: Snapshot) -> int:
    """The formula of the design: 2 + E + G + T + S + C + F + C*E + W + I + L."""
    found = [setting for config in snapshot.configs for setting in config.settings]
    with_settings = [config for config in snapshot.configs if config.settings]
    return (
        2
        + len(snapshot.environments)
        + len(snapshot.permission_groups)
        + len(snapshot.tags)
        + len(snapshot.segments)
        + len(snapshot.configs)
        + len(found)
        # Where there is no setting there is nothing to write.
        + len(with_settings) * len(snapshot.environments)
        + len(snapshot.webhooks)
        + len(snapshot.integrations)
        + sum(len(value.links) for one in found for value in one.values.values())
    )


@given(products(), SEEDS)
def test_a_plan_for_a_new_product_makes_all_of_it(
    snapshot: Snapshot, seed: int
) -> None:
    plan = plan_copy(snapshot, NEW)
    assert plan.blockers == ()
    service = Service(TARGET)
    service.run(plan, seed)
    same(snapshot, service.snapshot())


@given(products())
def test_a_plan_for_a_new_product_has_exactly_the_calls_of_the_formula(
    snapshot: Snapshot,
) -> None:
    plan = plan_copy(snapshot, NEW)
    assert len(plan.steps) == sum(plan.calls().values()) == expected_calls(snapshot)


@given(products(), products(TARGET), SEEDS)
def test_a_mirroring_plan_makes_any_product_like_any_other(
    wanted: Snapshot, found: Snapshot, seed: int
) -> None:
    plan = plan_copy(wanted, found, MIRROR)
    assert plan.blockers == ()
    service = Service.of(found)
    service.run(plan, seed)
    after = service.snapshot()
    same(wanted, after)
    assert plan_copy(wanted, after, MIRROR).steps == ()


@given(products(), products(TARGET), SEEDS)
def test_without_deletions_everything_wanted_is_there_and_nothing_is_lost(
    wanted: Snapshot, found: Snapshot, seed: int
) -> None:
    options = attrs.evolve(MIRROR, delete=False)
    plan = plan_copy(wanted, found, options)
    assert plan.blockers == ()
    assert plan.deletes == 0
    service = Service.of(found)
    service.run(plan, seed)
    after = service.snapshot()
    assert plan_copy(wanted, after, options).steps == ()
    kinds = {one.kind for one in differences(found, after)}
    assert kinds <= {"different", "surplus"}


@given(products(), products(TARGET), SEEDS)
def test_skipping_changes_nothing_that_is_there(
    wanted: Snapshot, found: Snapshot, seed: int
) -> None:
    options = attrs.evolve(MIRROR, delete=False, on_conflict="skip")
    plan = plan_copy(wanted, found, options)
    service = Service.of(found)
    if plan.blockers:
        # A new environment or setting may need a variation that is not added.
        assert {issue.code for issue in plan.blockers} == {"CC210"}
        return
    service.run(plan, seed)
    changed = [
        one
        for one in differences(found, service.snapshot())
        if one.kind != "surplus" and one.entity != "preferences"
    ]
    assert changed == []


@given(products(), products(TARGET))
def test_failing_blocks_exactly_where_overwriting_would_change_something(
    wanted: Snapshot, found: Snapshot
) -> None:
    overwriting = plan_copy(wanted, found, attrs.evolve(MIRROR, delete=False))
    failing = plan_copy(
        wanted, found, attrs.evolve(MIRROR, delete=False, on_conflict="fail")
    )
    changed = [
        step
        for step in overwriting.steps
        if step.action != "create" and step.replaces is not None
    ]
    assert bool(failing.blockers) == bool(changed)


@given(products(), st.sampled_from(["fail", "skip", "overwrite"]), st.booleans())
def test_a_product_against_itself_needs_nothing(
    snapshot: Snapshot, on_conflict: Json, delete: bool
) -> None:
    options = PlanOptions(on_conflict=on_conflict, delete=delete)
    plan = plan_copy(snapshot, snapshot, options)
    assert plan.is_empty
    assert plan.issues == ()


def swapped(value: Json) -> Json:
    """Turn lower case and upper case around in every name."""
    return value.swapcase() if isinstance(value, str) else value


@given(products())
def test_names_are_compared_without_regard_to_case(snapshot: Snapshot) -> None:
    def places(mapping: Mapping[str, Json]) -> dict[str, Json]:
        return {name.upper(): value for name, value in mapping.items()}

    other = attrs.evolve(
        snapshot,
        environments=tuple(
            attrs.evolve(one, name=one.name.upper()) for one in snapshot.environments
        ),
        configs=tuple(
            attrs.evolve(
                config,
                name=config.name.upper(),
                settings=tuple(
                    attrs.evolve(
                        one,
                        values=places(one.values),
                        tags=tuple(tag.upper() for tag in one.tags),
                    )
                    for one in config.settings
                ),
            )
            for config in snapshot.configs
        ),
        tags=tuple(attrs.evolve(one, name=one.name.upper()) for one in snapshot.tags),
        segments=tuple(
            attrs.evolve(one, name=one.name.upper()) for one in snapshot.segments
        ),
    )
    assert plan_copy(snapshot, other, MIRROR).steps == ()
    assert plan_copy(other, snapshot, MIRROR).steps == ()


@given(products(), products(TARGET))
def test_the_same_input_gives_the_same_plan(wanted: Snapshot, found: Snapshot) -> None:
    assert plan_copy(wanted, found, MIRROR) == plan_copy(wanted, found, MIRROR)


@given(products(), products(TARGET))
def test_steps_are_in_order_and_have_ids_of_their_own(
    wanted: Snapshot, found: Snapshot
) -> None:
    for target in (NEW, found):
        plan = plan_copy(wanted, target, MIRROR)
        assert list(problems_of(plan)) == []
        assert max(Counter(step.id for step in plan.steps).values(), default=1) == 1
        json.dumps([[step.arguments, step.body, step.replaces] for step in plan.steps])


SELECTIONS = st.builds(
    Selection,
    *[
        st.builds(
            Criteria,
            configs=st.lists(st.sampled_from(list(CONFIGS)), max_size=1),
            environments=st.lists(st.sampled_from(ENVIRONMENTS), max_size=1),
            tags=st.lists(st.sampled_from(TAGS), max_size=1),
            keys=st.lists(st.sampled_from([*KEYS, "*a*"]), max_size=1),
            types=st.lists(st.sampled_from(["boolean", "double"]), max_size=1),
        )
        for _ in range(2)
    ],
)


@example(
    attrs.evolve(
        EMPTY,
        environments=(Environment("Production"), Environment("<b>Test</b>")),
        permission_groups=(
            PermissionGroup(
                "Team",
                {},
                "custom",
                "none",
                {"Production": "full", "<b>Test</b>": "full"},
            ),
        ),
    ),
    attrs.evolve(
        EMPTY,
        environments=(Environment("Production"),),
        source=attrs.evolve(EMPTY.source, product_id=UUID(int=2)),
    ),
    Selection(exclude=Criteria(environments=("Production",))),
    0,
)
@given(products(), products(TARGET), SELECTIONS, SEEDS)
def test_what_is_not_selected_stays_as_it_is(
    wanted: Snapshot, found: Snapshot, selection: Selection, seed: int
) -> None:
    plan = plan_copy(wanted, found, attrs.evolve(MIRROR, selection=selection))
    for step in plan.steps:
        if step.entity in ("config", "setting", "values", "webhook", "link"):
            assert selection.takes_config(step.key[0])
        if step.entity == "environment":
            assert selection.takes_environment(step.key[0])
        if step.entity in ("values", "webhook"):
            assert selection.takes_environment(step.key[1])
        if step.entity in ("setting", "variation") and step.action != "delete":
            # Rules can only name settings that exist.
            assert selection.takes_setting(
                step.key[0], setting_at(wanted, step.key)
            ) or (
                step.action == "create"
                and step.key[1]
                in prerequisites_of_selected(wanted, selection, step.key[0])
            )
    if not plan.blockers:
        service = Service.of(found)
        service.run(plan, seed)
        options = attrs.evolve(MIRROR, selection=selection)
        after = service.snapshot()
        assert plan_copy(wanted, after, options).steps == ()
        # What is too much may be in use where it is not looked, as variations may.
        # A segment that is only needed keeps its rule, and the plan warns of it.
        warned = any(issue.code == "CC305" for issue in plan.issues)
        left = [
            str(one)
            for one in differences(wanted, after, selection)
            if one.kind != "surplus" and one.field != "predefinedVariations"
            if not (warned and one.entity == "segment")
        ]
        assert left == []


def prerequisites_of_selected(
    snapshot: Snapshot, selection: Selection, config_name: str
) -> set[str]:
    """The settings of a config that the selected ones need, directly or not."""
    (config,) = (one for one in snapshot.configs if one.name == config_name)
    reached = [
        one for one in config.settings if selection.takes_setting(config_name, one)
    ]
    needed: set[str] = set()
    for setting in reached:  # Grows meanwhile.
        named = {
            condition.setting
            for value in setting.values.values()
            for condition in prerequisites(value.targeting)
        }
        reached += [one for one in config.settings if one.key in named - needed]
        needed |= named
    return needed


def setting_at(snapshot: Snapshot, key: tuple[str, ...]) -> Json:
    (found,) = (
        setting
        for config in snapshot.configs
        if config.name == key[0]
        for setting in config.settings
        if setting.key == key[1]
    )
    return found


@given(products(), st.permutations(ENVIRONMENTS), st.permutations(list(CONFIGS)))
def test_renaming_there_and_back_needs_nothing(
    snapshot: Snapshot, environments: list[str], configs: list[str]
) -> None:
    there = NameMap(
        {
            old: new
            for old, new in zip(ENVIRONMENTS, environments, strict=True)
            if any(one.name == old for one in snapshot.environments)
        },
        {
            old: new
            for old, new in zip(CONFIGS, configs, strict=True)
            if any(one.name == old for one in snapshot.configs)
        },
    )
    options = attrs.evolve(MIRROR, names=there)
    plan = plan_copy(snapshot, NEW, attrs.evolve(options, kind="copy"))
    assert plan.blockers == ()
    service = Service(TARGET)
    service.run(plan)
    after = service.snapshot()
    assert {one.name for one in after.environments} == {
        there.environment(one.name) for one in snapshot.environments
    }
    assert plan_copy(snapshot, after, options).steps == ()
    back = NameMap(
        {new: old for old, new in there.environments.items()},
        {new: old for old, new in there.configs.items()},
    )
    assert plan_copy(after, snapshot, attrs.evolve(MIRROR, names=back)).steps == ()


@given(SNAPSHOTS, SNAPSHOTS, st.booleans())
def test_whatever_a_snapshot_holds_a_plan_or_a_plain_refusal_comes_out(
    wanted: Snapshot, found: Snapshot, is_new: bool
) -> None:
    options = attrs.evolve(MIRROR, members=True)
    try:
        plan = plan_copy(wanted, NEW if is_new else found, options)
    except ConfigurationError:
        return
    assert isinstance(plan, Plan)
