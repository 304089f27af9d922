"""Any combination of criteria selects its matches, their dependencies, no more."""

from itertools import combinations, cycle
from typing import Any, Final

import attrs
import pytest

from configcat_mgmt.jobs.compare.differences import differences
from configcat_mgmt.jobs.model.plan import NewProduct, Plan
from configcat_mgmt.jobs.model.selection import Criteria, Selection
from configcat_mgmt.jobs.model.snapshot import (
    Environment,
    Formula,
    Integration,
    PermissionGroup,
    Preferences,
    PrerequisiteCondition,
    Rule,
    Segment,
    SegmentCondition,
    Setting,
    SettingInEnvironment,
    Snapshot,
    Tag,
    Variation,
    Webhook,
)
from configcat_mgmt.jobs.planning.plan_copy import PlanOptions, plan_copy
from tests.jobs.plan_interpreter import Service
from tests.jobs.products import TARGET, config_of, plain_product, setting_of

Json = Any

OVERWRITE: Final = PlanOptions(on_conflict="overwrite")
NEW: Final = NewProduct("https://api.example", "Target")


def depending(key: str, other: str, *tags: str) -> Setting:
    """Make a flag that depends on another and on the segment VIP."""
    rule = Rule(
        (PrerequisiteCondition(other, "equals", True), SegmentCondition("VIP", "isIn")),
        True,
    )
    return setting_of(key, Formula(False, (rule,)), tags=tags)


SOURCE: Final = attrs.evolve(
    plain_product(
        config_of(
            depending("flag", "base", "used"),
            depending("base", "root", "of base"),
            setting_of("root"),
            setting_of(
                "text",
                Formula("a"),
                kind="string",
                variations=(Variation("a"), Variation("b")),
            ),
        ),
        config_of(setting_of("third", tags=("of third",)), name="Second"),
        tags=(Tag("of base"), Tag("of third"), Tag("unused"), Tag("used")),
        segments=(
            Segment("Nobody", "Email", "contains", "!"),
            Segment("VIP", "Email", "contains", "@"),
        ),
        permission_groups=(
            PermissionGroup("Team", environment_accesses={"Test": "full"}),
        ),
        preferences=Preferences(key_generation_mode="kebabCase"),
        webhooks=(Webhook("Main", "Test", "https://hook.example", "post"),),
        integrations=(Integration("Chat", "slack", {"key": "x"}, (), ("Main",)),),
    )
)


def other_target() -> Snapshot:
    """Return a product that differs from the source in every entity.

    It lacks the flags `base` and `root`, their tag, the variation `b`, and the flag of
    the second config.
    """

    def changed(setting: Setting) -> Setting:
        value = SettingInEnvironment(Formula("b" if setting.type == "string" else True))
        return attrs.evolve(
            setting,
            hint="of the target",
            tags=(),
            variations=setting.variations and (Variation("b", "B"),),
            values=dict.fromkeys(setting.values, value),
        )

    main, second = SOURCE.configs
    kept = [one for one in main.settings if one.key in ("flag", "text")]
    return attrs.evolve(
        SOURCE,
        source=TARGET,
        environments=tuple(
            Environment(one.name, color="red") for one in SOURCE.environments
        ),
        tags=(Tag("unused", "red"), Tag("used", "red")),
        segments=tuple(
            attrs.evolve(one, comparison="another") for one in SOURCE.segments
        ),
        permission_groups=(PermissionGroup("Team", {}, "full", "full"),),
        preferences=Preferences(),
        configs=(
            attrs.evolve(main, description="other", settings=tuple(map(changed, kept))),
            attrs.evolve(second, description="other", settings=()),
        ),
        webhooks=(attrs.evolve(SOURCE.webhooks[0], content="other"),),
        integrations=(attrs.evolve(SOURCE.integrations[0], parameters={"key": "y"}),),
    )


OTHER: Final = other_target()


def selected(only: Json, exclude: Json) -> Selection:
    return Selection(Criteria(**only), Criteria(**exclude))


def plan_of(selection: Selection, target: Snapshot | NewProduct = OTHER) -> Plan:
    return plan_copy(SOURCE, target, attrs.evolve(OVERWRITE, selection=selection))


def codes_of(plan: Plan, *codes: str) -> set[str]:
    return {issue.code for issue in plan.issues if issue.code in codes}


NEEDED: Final = {"+setting Main/base", "+setting Main/root", "+tag of base"}
"""Entities that the flag needs and the target lacks."""
FLAG: Final = {*NEEDED, "setting Main/flag"}
FLAG_VALUES: Final = {"values Main/Production", "values Main/Test"}
TEXT: Final = {"setting Main/text", "variation Main/text"}
SECOND: Final = {
    "config Second",
    "+setting Second/third",
    "+tag of third",
    "values Second/Production",
    "values Second/Test",
}
ENVIRONMENTS: Final = {"environment Production", "environment Test"}
SHARED: Final = {
    "permission_group Team",
    "preferences Web shop",
    "segment Nobody",
    "segment VIP",
    "tag unused",
    "tag used",
}
AROUND: Final = {
    "integration Chat/slack",
    "webhook Main/Test/https://hook.example/post",
}
MAIN: Final = {*FLAG, *FLAG_VALUES, *TEXT, "config Main", *AROUND}
CASES: Final[dict[str, tuple[Json, Json, set[str]]]] = {
    "all": ({}, {}, {*MAIN, *SECOND, *ENVIRONMENTS, *SHARED}),
    "a key": ({"keys": "flag"}, {}, {*FLAG, *FLAG_VALUES}),
    "a tag": ({"tags": "used"}, {}, {*FLAG, *FLAG_VALUES}),
    "a type": ({"types": "string"}, {}, {*TEXT, *FLAG_VALUES}),
    "a value": ({"values": ["a"]}, {}, {*TEXT, *FLAG_VALUES}),
    "a key in an environment": (
        {"keys": "flag", "environments": "Test"},
        {},
        {*FLAG, "values Main/Test"},
    ),
    "a key in a config": (
        {"keys": "flag", "configs": "Main"},
        {},
        {*FLAG, *FLAG_VALUES},
    ),
    "a key, but not its prerequisite": (
        {"keys": "flag"},
        {"keys": "base"},
        {"setting Main/flag", *FLAG_VALUES},
    ),
    "a key without values": (
        {"keys": "flag"},
        {"entities": "values"},
        {"setting Main/flag"},
    ),
    "the settings of a key": (
        {"keys": "flag", "entities": "setting"},
        {},
        {"setting Main/flag"},
    ),
    "the values of a key": (
        {"keys": "flag", "entities": "values"},
        {},
        FLAG_VALUES,
    ),
    "tags and the settings of a key": (
        {"keys": "third", "entities": ("tag", "setting")},
        {},
        {
            "+setting Second/third",
            "+tag of base",
            "+tag of third",
            "tag unused",
            "tag used",
        },
    ),
    "a config": ({"configs": "Second"}, {}, SECOND),
    "another config": ({"configs": "Main"}, {}, MAIN),
    "an environment": (
        {"environments": "Test"},
        {},
        {
            *NEEDED,
            "environment Test",
            "+setting Second/third",
            "+tag of third",
            "values Main/Test",
            "values Second/Test",
            "variation Main/text",  # its values need the variation `a`
            "webhook Main/Test/https://hook.example/post",
        },
    ),
    "a config in an environment": (
        {"configs": "Second", "environments": "Production"},
        {},
        SECOND - {"values Second/Test"} | {"environment Production"},
    ),
    "environments": ({"entities": "environment"}, {}, ENVIRONMENTS),
    "groups": ({"entities": "permission_group"}, {}, {"permission_group Team"}),
    "not a config": (
        {},
        {"configs": "Second"},
        {*MAIN, *ENVIRONMENTS, *SHARED, "+tag of third"},
    ),
    "not a key": (
        {},
        {"keys": ("flag", "base", "root")},
        {
            *(MAIN - FLAG),
            "+tag of base",
            *SECOND,
            *ENVIRONMENTS,
            *SHARED,
        },
    ),
    "not an environment": (
        {},
        {"environments": "Test"},
        {*MAIN, *SECOND, *ENVIRONMENTS, *SHARED}
        - {"environment Test", "values Main/Test", "values Second/Test", *AROUND},
    ),
    "not a kind": (
        {"configs": "Second"},
        {"entities": ("tag", "values")},
        {"config Second", "+setting Second/third"},
    ),
}


def steps_of(plan: Plan) -> set[str]:
    """Return what a plan changes and, with a plus sign, what it creates."""
    return {
        f"{'+' * (step.action == 'create')}{step.entity} {'/'.join(step.key)}"
        for step in plan.steps
    }


@pytest.mark.parametrize("case", CASES)
def test_a_selection_takes_what_it_says_and_what_that_needs(case: str) -> None:
    only, exclude, expected = CASES[case]
    assert steps_of(plan_of(selected(only, exclude))) == expected


def test_the_plan_names_what_it_brings_along_and_what_differs() -> None:
    plan = plan_of(selected({"keys": "flag"}, {}))
    causes = {issue.code: issue.cause for issue in plan.issues}
    assert "creates them as well: base, root." in causes["CC122"]
    assert causes["CC305"].endswith("may get different values: VIP.")
    whole = plan_of(selected({}, {}))
    assert codes_of(whole, "CC122", "CC305") == set()


def test_a_prerequisite_that_the_target_has_stays_as_it_is() -> None:
    main, second = OTHER.configs
    more = attrs.evolve(main, settings=(*main.settings, setting_of("base")))
    target = attrs.evolve(OTHER, configs=(more, second))
    plan = plan_of(selected({"keys": "flag"}, {}), target)
    assert steps_of(plan) == {"setting Main/flag", *FLAG_VALUES}
    (cause,) = (one.cause for one in plan.issues if one.where == "Main")
    assert cause.endswith("may get different values: base.")


@pytest.mark.parametrize(
    ("key", "exclude"),
    [
        ("flag", {"keys": "base"}),
        ("flag", {"entities": "setting"}),
        ("base", {"entities": "tag"}),
    ],
)
def test_an_excluded_entity_that_is_needed_blocks(key: str, exclude: Json) -> None:
    plan = plan_of(selected({"keys": key}, exclude))
    assert {one.code for one in plan.blockers} == {"CC201"}


def test_a_group_without_its_environment_says_so() -> None:
    target = attrs.evolve(OTHER, environments=OTHER.environments[:1])
    plan = plan_of(selected({"entities": "permission_group"}, {}), target)
    assert steps_of(plan) == {"permission_group Team"}
    (issue,) = (one for one in plan.issues if one.code == "CC123")
    assert issue.where == "Group Team"
    assert issue.cause.endswith("no permissions in them: Test.")


ONLY: Final[list[Json]] = [
    {"keys": "flag"},
    {"keys": "third"},
    {"tags": "used"},
    {"types": "string"},
    {"values": [False]},
    {"configs": "Main"},
    {"environments": "Test"},
    {"entities": ("config", "setting", "variation", "values", "tag", "environment")},
]
EXCLUDE: Final[list[Json]] = [
    {},
    {"keys": "text"},
    {"tags": "of base"},
    {"configs": "Second"},
    {"environments": "Test"},
    {"entities": ("webhook", "integration", "permission_group")},
]
SINGLE: Final = [selected(only, one) for only in [{}, *ONLY] for one in EXCLUDE]
PAIRS: Final = [
    selected(one | two, exclude)
    for (one, two), exclude in zip(combinations(ONLY, 2), cycle(EXCLUDE), strict=False)
]


@pytest.mark.parametrize(
    ("target", "selections"),
    [(OTHER, [*SINGLE, *PAIRS]), (NEW, SINGLE[1::2])],
    ids=["existing", "new"],
)
def test_every_combination_of_criteria_can_be_applied_and_is_complete(
    target: Snapshot | NewProduct, selections: list[Selection]
) -> None:
    """What a plan needs is there when it is applied; then nothing is left to do."""
    blocked = 0
    for selection in selections:
        plan = plan_of(selection, target)
        if plan.blockers:
            blocked += 1
            assert {one.code for one in plan.blockers} == {"CC201"}
            assert selection.only.entities or selection.exclude.tags
            continue
        service = Service.of(target) if isinstance(target, Snapshot) else Service()
        service.run(plan)
        after = attrs.evolve(service.snapshot(), limits={})
        assert plan_of(selection, after).steps == ()
        left = differences(SOURCE, after, selection)
        assert {one.entity for one in left if one.kind != "surplus"} <= {"segment"}
        if isinstance(target, Snapshot):
            for one in differences(target, after):
                is_new = one.kind == "surplus" or one.field == "predefinedVariations"
                assert is_new or selection.updates(one.entity), (selection, one)
    assert 0 < blocked < len(selections) / 2
