"""Which values a promotion changes, which it keeps, and the issues it raises."""

from itertools import chain
from typing import Any, Final, cast
from uuid import UUID

import attrs
import pytest

from configcat_mgmt import ConfigurationError
from configcat_mgmt.jobs.model.plan import Plan
from configcat_mgmt.jobs.model.selection import Criteria, Selection
from configcat_mgmt.jobs.model.snapshot import (
    Formula,
    Gap,
    Link,
    PercentageOption,
    Preferences,
    PrerequisiteCondition,
    Rule,
    RuleV1,
    SegmentCondition,
    Setting,
    SettingInEnvironment,
    Snapshot,
    UserCondition,
    ValueV1,
)
from configcat_mgmt.jobs.model.snapshot_file import snapshot_hash
from configcat_mgmt.jobs.planners.promotion import (
    plan_promotion,
    promoted,
    promotion_scope,
)
from tests.jobs.plan_facts import codes, issue_of
from tests.jobs.products import config_of, plain_product, setting_of

Json = Any

EMAIL: Final = UserCondition("Email", "isOneOf", (("a@example.com", None),))
ROLLOUT: Final = Formula(
    False,
    (
        Rule((EMAIL,), True),
        Rule(
            (),
            percentage_options=(
                PercentageOption(20, True),
                PercentageOption(80, False),
            ),
        ),
    ),
    "AccountId",
)
OLD: Final = ValueV1(
    True,
    (RuleV1(False, "Email", "contains", "x"),),
    (PercentageOption(30, True), PercentageOption(70, False)),
)
PLACES: Final = ("Production", "Staging", "Test")
LINK: Final = Link("trello", "card")


def flag(key: str, **served: Formula | ValueV1) -> Setting:
    """Make a flag that serves something in its environments."""
    values = {
        name: SettingInEnvironment(one, UUID(int=number), (LINK,))
        for number, (name, one) in enumerate(served.items())
    }
    return setting_of(key, values=values)


def everywhere(served: Formula | ValueV1, **other: Formula | ValueV1) -> Json:
    return {**dict.fromkeys(PLACES, served), **other}


def product(*settings: Setting, **fields: Json) -> Snapshot:
    return plain_product(config_of(*settings), environments=PLACES, **fields)


def one_flag(**fields: Json) -> Snapshot:
    """One that is rolled out in Staging only."""
    return product(flag("a", **everywhere(Formula(False), Staging=ROLLOUT)), **fields)


def served(snapshot: Snapshot, key: str, environment: str) -> Formula | ValueV1:
    for config in snapshot.configs:
        for setting in config.settings:
            if setting.key == key:
                return setting.values[environment].targeting
    raise AssertionError(key)


def written(plan: Plan) -> dict[str, list[str]]:
    """Return the keys that are written in each place."""
    return {
        "/".join(step.key): [
            entry["settingId"]["$ref"][-1] for entry in next(iter(body.values()))
        ]
        for step in plan.steps
        for body in [cast("Json", step.body)]
    }


def test_targeting_is_promoted_and_links_stay() -> None:
    snapshot = one_flag()
    wanted = promoted(snapshot, "staging", "PRODUCTION")
    (before,) = snapshot.configs[0].settings
    (after,) = wanted.configs[0].settings
    assert after.values["Production"] == attrs.evolve(
        before.values["Production"], targeting=ROLLOUT
    )
    assert attrs.evolve(after, values={}) == attrs.evolve(before, values={})
    for other in ("Staging", "Test"):
        assert after.values[other] == before.values[other]


def test_there_is_one_step_for_each_place_with_something_to_change() -> None:
    same = flag("same", **everywhere(ROLLOUT))
    first = flag("first", **everywhere(Formula(False), Staging=ROLLOUT))
    second = flag("second", **everywhere(Formula(False), Staging=Formula(True)))
    third = flag("third", **everywhere(ROLLOUT, Test=Formula(True)))
    old = flag("old", **everywhere(ValueV1(False), Staging=OLD))
    snapshot = plain_product(
        config_of(same, first, second, third),
        config_of(same, name="Equal"),
        config_of(old, name="Legacy", version="v1"),
        environments=PLACES,
    )
    plan = plan_promotion(snapshot, "Staging", ["Production", "Test"])
    assert plan.kind == "promote"
    assert plan.source_hash == snapshot_hash(snapshot)
    assert codes(plan) == []
    assert written(plan) == {
        "Main/Production": ["first", "second"],
        "Main/Test": ["first", "second", "third"],
        "Legacy/Production": ["old"],
        "Legacy/Test": ["old"],
    }
    assert len(plan.steps) == 4
    assert plan.calls() == {"replace-setting-value-v2": 5, "post-setting-values": 2}
    assert plan_promotion(
        promoted(snapshot, "Staging", PLACES[::2]), "Staging", PLACES[::2]
    ).is_empty


def test_the_versions_of_what_is_overwritten_are_those_that_were_read() -> None:
    (step,) = plan_promotion(one_flag(), "Staging", "Production").steps
    assert step.versions == {"a": str(UUID(int=0))}
    assert step.replaces is not None


@pytest.mark.parametrize(
    ("only", "exclude", "keys"),
    [
        (Criteria(keys="new*"), Criteria(), ["newOne"]),
        (Criteria(tags="ready"), Criteria(), ["tagged"]),
        (Criteria(configs="main"), Criteria(keys="new*"), ["tagged", "text"]),
        (Criteria(types="string"), Criteria(), ["text"]),
        (Criteria(configs="Other"), Criteria(), []),
        # What a setting serves in the target does not count.
        (Criteria(values=("served in Staging",)), Criteria(), ["text"]),
        (Criteria(values=("served elsewhere",)), Criteria(), []),
        (Criteria(), Criteria(values=(True,)), ["text"]),
    ],
)
def test_only_selected_settings_are_promoted(
    only: Criteria, exclude: Criteria, keys: list[str]
) -> None:
    values = everywhere(Formula(False), Staging=Formula(True))
    texts = everywhere(
        Formula("served elsewhere"), Staging=Formula("served in Staging")
    )
    snapshot = product(
        flag("newOne", **values),
        attrs.evolve(flag("tagged", **values), tags=("ready",)),
        attrs.evolve(flag("text", **texts), type="string"),
    )
    selection = Selection(only, exclude)
    plan = plan_promotion(snapshot, "Staging", "Production", selection=selection)
    assert list(chain(*written(plan).values())) == keys
    wanted = promoted(snapshot, "Staging", "Production", selection)
    changed = [
        new.key
        for new, old in zip(
            wanted.configs[0].settings, snapshot.configs[0].settings, strict=True
        )
        if new != old
    ]
    assert changed == keys


@pytest.mark.parametrize(
    ("source", "targets", "message"),
    [
        ("Nowhere", "Test", "the product has no environment 'Nowhere'; it has 'Prod"),
        ("Test", ["Staging", "Nowhere"], "the product has no environment 'Nowhere'"),
        ("Test", ["Staging", "TEST"], "'TEST' is named twice"),
        ("Test", ["Staging", "staging"], "'staging' is named twice"),
        ("Test", [], "needs at least one target environment"),
    ],
)
def test_environments_that_make_no_sense_are_refused(
    source: str, targets: str | list[str], message: str
) -> None:
    with pytest.raises(ConfigurationError, match=message):
        plan_promotion(one_flag(), source, targets)


@pytest.mark.parametrize(
    "selection",
    [
        Selection(Criteria(environments="Test")),
        Selection(exclude=Criteria(environments="Test")),
        Selection(Criteria(entities="values")),
        Selection(exclude=Criteria(entities="link")),
    ],
)
def test_a_selection_cannot_say_what_the_promotion_says(selection: Selection) -> None:
    for job in (plan_promotion, promoted):
        with pytest.raises(ConfigurationError, match="selection"):
            job(one_flag(), "Staging", "Test", selection=selection)
    with pytest.raises(ConfigurationError, match="selection"):
        promotion_scope("Staging", "Test", selection)


def test_criteria_that_fit_nothing_are_named() -> None:
    selection = Selection(Criteria(keys=["a", "newChekout"], tags="b*"))
    plan = plan_promotion(one_flag(), "Staging", "Test", selection=selection)
    assert plan.is_empty
    assert codes(plan) == ["CC117", "CC117", "CC118"]
    assert "keys that the product does not have: newChekout." in plan.issues[0].cause
    assert "tags that the product does not have: b*." in plan.issues[1].cause
    selection = Selection(Criteria(configs=["M*", "Mian"]))
    plan = plan_promotion(one_flag(), "Staging", "Test", selection=selection)
    assert not plan.is_empty
    assert (
        "names configs that the product does not have: Mian."
        in issue_of(plan, "CC117").cause
    )


def test_what_could_not_be_read_in_the_source_is_left_out() -> None:
    values = everywhere(Formula(False), Staging=ROLLOUT)
    unread = flag("unread", Production=Formula(False), Test=Formula(False))
    gap = Gap("values", "Main/Staging/unread", "odd")
    snapshot = product(unread, flag("read", **values), gaps=(gap,))
    plan = plan_promotion(snapshot, "Staging", "Test")
    assert written(plan) == {"Main/Test": ["read"]}
    issue = issue_of(plan, "CC501")
    assert (issue.severity, issue.where) == ("warning", "Main in Staging")
    assert issue.cause.endswith("left out: unread.")
    assert plan.blockers == ()


def test_what_could_not_be_read_in_a_target_blocks() -> None:
    unread = flag("unread", Production=Formula(False), Staging=ROLLOUT)
    gap = Gap("values", "Main/Test/unread", "odd")
    plan = plan_promotion(product(unread, gaps=(gap,)), "Staging", "Test")
    assert plan.is_empty
    assert issue_of(plan, "CC208").where == "Main in Test"
    assert "CC113" not in codes(plan), "there is no second product"


@pytest.mark.parametrize("is_everywhere", [True, False])
def test_a_reason_is_demanded_where_the_product_demands_one(
    is_everywhere: bool,
) -> None:
    demanding = ("Production",) if not is_everywhere else ()
    preferences = Preferences(is_everywhere, reason_required_environments=demanding)
    snapshot = one_flag(preferences=preferences)
    targets = ["Production", "Test"]
    plan = plan_promotion(snapshot, "Staging", targets)
    assert issue_of(plan, "CC207").severity == "blocker"
    named = targets if is_everywhere else ["Production"]
    assert issue_of(plan, "CC207").cause.endswith(f"in {', '.join(named)}.")
    plan = plan_promotion(snapshot, "Staging", targets, reason="release 5")
    assert plan.blockers == ()
    assert {step.arguments["reason"] for step in plan.steps} == {"release 5"}
    if not is_everywhere:
        assert plan_promotion(snapshot, "Staging", "Test").blockers == ()


def test_other_settings_that_decide_as_well_are_named() -> None:
    def needs(key: str) -> Formula:
        return Formula(
            False, (Rule((PrerequisiteCondition(key, "equals", True),), True),)
        )

    snapshot = product(
        flag("new", **everywhere(needs("Middle"))),
        flag("middle", **everywhere(needs("switch"))),
        flag("same", **everywhere(Formula(True))),
        flag("switch", **everywhere(Formula(True), Production=Formula(False))),
        flag("other", **everywhere(needs("same"))),
    )
    selection = Selection(Criteria(keys=["new", "other"]))
    targets = ["Production", "Test"]
    plan = plan_promotion(snapshot, "Staging", targets, selection=selection)
    issue = issue_of(plan, "CC502")
    assert issue.where == "Main in Production"
    assert issue.cause.endswith(
        "get values that differ from the source: new on switch."
    )
    plan = plan_promotion(snapshot, "Staging", targets)
    assert codes(plan) == []
    plan = plan_promotion(
        snapshot, "Staging", targets, selection=selection, with_dependencies=True
    )
    assert written(plan) == {"Main/Production": ["switch"]}
    assert codes(plan) == ["CC503"]
    issue = issue_of(plan, "CC503")
    assert (issue.severity, issue.where) == ("note", "Main in Production")
    assert issue.cause.endswith("promoted as well: middle needs switch (prerequisite).")
    wanted = promoted(snapshot, "Staging", targets, selection, with_dependencies=True)
    assert served(wanted, "switch", "Production") == Formula(True)
    without = attrs.evolve(selection, exclude=Criteria(keys="switch"))
    plan = plan_promotion(
        snapshot, "Staging", targets, selection=without, with_dependencies=True
    )
    assert (codes(plan), plan.steps) == (["CC502"], ())


def test_users_who_are_distributed_anew_are_warned_of() -> None:
    turned = attrs.evolve(
        ROLLOUT,
        rules=(
            ROLLOUT.rules[0],
            Rule(
                (),
                percentage_options=(
                    PercentageOption(80, False),
                    PercentageOption(20, True),
                ),
            ),
        ),
    )
    snapshot = product(flag("a", **everywhere(turned, Staging=ROLLOUT)))
    plan = plan_promotion(snapshot, "Staging", "Test")
    assert codes(plan) == ["CC303"]


def test_segments_need_not_be_read() -> None:
    by_segment = Formula(False, (Rule((SegmentCondition("Beta", "isIn"),), True),))
    snapshot = product(
        flag("a", **everywhere(Formula(False), Staging=by_segment)),
        gaps=(Gap("segment", "*", "left out by the selection"),),
    )
    plan = plan_promotion(snapshot, "Staging", "Test")
    assert codes(plan) == []
    assert written(plan) == {"Main/Test": ["a"]}


@pytest.mark.parametrize(
    "selection",
    [Selection(Criteria(configs="Main")), Selection(exclude=Criteria(configs="Ot*"))],
)
def test_configs_that_are_not_selected_need_not_be_read(selection: Selection) -> None:
    gap = Gap("config", "Other", "left out by the selection")
    snapshot = one_flag(gaps=(gap,))
    plan = plan_promotion(snapshot, "Staging", "Test", selection=selection)
    assert codes(plan) == []
    assert codes(plan_promotion(snapshot, "Staging", "Test")) == ["CC112"]


def test_names_of_environments_are_no_patterns() -> None:
    scope = promotion_scope("[Staging]", ["*", "Test?"])
    names = ("[staging]", "*", "test?", "Staging", "Test1", "Production")
    assert [scope.takes_environment(name) for name in names] == [True] * 3 + [False] * 3
    settings = flag("a", **{"S": ROLLOUT, "*": Formula(False), "Test": Formula(True)})
    snapshot = plain_product(config_of(settings), environments=("S", "*", "Test"))
    plan = plan_promotion(snapshot, "S", "*")
    assert written(plan) == {"Main/*": ["a"]}


def test_only_what_is_needed_is_read() -> None:
    selection = Selection(
        Criteria(configs="M*", tags="x"), Criteria(configs="Main", keys="y")
    )
    scope = promotion_scope("Staging", "Test", selection)
    assert not scope.narrows_settings, "all settings can be prerequisites"
    assert [scope.takes_config(name) for name in ("Mobile", "Main", "Other")] == [
        True,
        False,
        False,
    ]
    for entity in ("tag", "segment", "webhook", "integration", "permission_group"):
        assert not scope.takes(entity)
