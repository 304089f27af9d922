"""A second conversion of a config: refusals, and entities left alone."""

import attrs
import pytest

from configcat_mgmt import ConfigurationError
from configcat_mgmt.jobs.model.snapshot import (
    Formula,
    Gap,
    Header,
    Snapshot,
    ValueV1,
    Webhook,
)
from configcat_mgmt.jobs.planners.conversion import converted, plan_conversion
from tests.jobs.plan_facts import issue_of
from tests.jobs.planners.old_products import URL, after, changed, old_flag, product
from tests.jobs.products import config_of, plain_product, setting_of


def refusal(snapshot: Snapshot, config: str = "Old", name: str | None = None) -> str:
    with pytest.raises(ConfigurationError) as caught:
        plan_conversion(snapshot, config, name=name)
    with pytest.raises(ConfigurationError):
        converted(snapshot, config, name=name)
    return str(caught.value)


@pytest.mark.parametrize(
    ("config", "name", "said"),
    [
        ("Nowhere", None, "no config 'Nowhere'; configs of v1.* are 'Old', 'older'$"),
        ("main", None, "'Main' is of evaluation version v2; .* are 'Old', 'older'$"),
        ("Old", "OLDER", "there is a config 'older' of evaluation version v1 already"),
        ("Old", "old", "there is a config 'Old' of evaluation version v1 already"),
        ("Old", " ", "1 to 255 characters"),
        ("Old", "x" * 256, "1 to 255 characters"),
        ("Old", "HIDDEN", "'HIDDEN' already, which is not in the snapshot"),
    ],
)
def test_what_cannot_be_converted_or_named_so_is_refused(
    config: str, name: str | None, said: str
) -> None:
    snapshot = product(gaps=(Gap("config", "Hidden", "left out"),))
    more = config_of(name="older", version="v1")
    snapshot = attrs.evolve(snapshot, configs=(*snapshot.configs, more))
    with pytest.raises(ConfigurationError, match=said):
        plan_conversion(snapshot, config, name=name)
    assert refusal(snapshot, config, name)


def test_it_is_said_if_there_is_nothing_to_convert() -> None:
    assert refusal(plain_product(config_of())).endswith("converted, are not there")


def test_a_snapshot_that_mixes_versions_is_refused() -> None:
    mixed = setting_of("flag", Formula(True))
    assert "'flag' of the config 'Old' has a value of" in refusal(product(mixed))


@pytest.fixture
def done() -> Snapshot:
    """A product of which a config was converted."""
    snapshot = product(old_flag(), webhooks=(Webhook("Old", "Test", URL, "get"),))
    return after(snapshot, plan_conversion(snapshot, "Old"))


def test_planning_again_under_a_name_in_another_case_finds_what_was_made(
    done: Snapshot,
) -> None:
    assert plan_conversion(done, "oLD", name="old (v2)").is_empty


def test_what_people_add_to_the_new_config_is_left_alone(done: Snapshot) -> None:
    (flag,) = done.configs[-1].settings
    more = attrs.evolve(flag, key="more")
    plan = plan_conversion(changed(done, "Old (V2)", flag, more), "Old")
    assert plan.is_empty
    assert "more" in issue_of(plan, "CC404").cause


def test_webhooks_that_the_new_config_has_stay_as_they_are(done: Snapshot) -> None:
    old, new = done.webhooks
    webhooks = (attrs.evolve(old, headers=(Header("X", "1"),)), new)
    plan = plan_conversion(attrs.evolve(done, webhooks=webhooks), "Old")
    assert plan.is_empty
    assert {one.severity for one in plan.issues} == {"note"}


def test_a_webhook_that_is_missing_is_made_again(done: Snapshot) -> None:
    plan = plan_conversion(attrs.evolve(done, webhooks=done.webhooks[:1]), "Old")
    assert [step.operation for step in plan.steps] == ["create-webhook"]


@pytest.mark.parametrize("config", ["Old", "Old (V2)"])
def test_nothing_is_overwritten_once_one_of_the_two_was_changed(
    done: Snapshot, config: str
) -> None:
    new = Formula(True)
    value = ValueV1(True) if config == "Old" else new
    flag = setting_of("flag", value)
    with pytest.raises(ConfigurationError) as caught:
        plan_conversion(changed(done, config, flag), "Old")
    assert str(caught.value) == (
        "there is a config 'Old (V2)' already, which differs from the converted one in "
        "values Production, values Test; choose another name, or delete it"
    )
    plan = plan_conversion(changed(done, config, flag), "Old", name="Once more")
    assert plan.blockers == ()


def test_a_config_of_others_is_not_overwritten() -> None:
    snapshot = product(old_flag())
    with pytest.raises(ConfigurationError, match="in setting flag, values"):
        plan_conversion(snapshot, "Old", name="main")
