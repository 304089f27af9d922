"""Selections take what fits, and name maps are one to one."""

from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from configcat_mgmt.errors import ConfigurationError
from configcat_mgmt.jobs.model.narrow_and_rename import narrowed, renamed
from configcat_mgmt.jobs.model.selection import (
    EVERYTHING,
    SAME_NAMES,
    Criteria,
    NameMap,
    Selection,
    fits,
)
from configcat_mgmt.jobs.model.snapshot import (
    Formula,
    Integration,
    PermissionGroup,
    Plain,
    Preferences,
    Rule,
    SdkKey,
    Segment,
    SegmentCondition,
    SettingInEnvironment,
    Snapshot,
    Tag,
    Webhook,
)
from tests.jobs.products import config_of, plain_product, products, setting_of

NAMES = st.text(min_size=1, max_size=6) | st.sampled_from(["a*", "[x]", "a?b", "../.."])


@given(NAMES)
def test_a_name_that_is_written_out_fits_itself(name: str) -> None:
    assert fits(name, (name,))
    assert fits(name.casefold(), (name,))


@pytest.mark.parametrize(
    ("pattern", "name", "expected"),
    [
        ("new*", "NewCheckout", True),
        ("new*", "renewed", False),
        ("*checkout", "newCheckout", True),
        ("v?", "v2", True),
        ("v?", "v10", False),
        ("v[12]", "V1", True),
        ("v[!12]", "v1", False),
        ("a/*", "a/b/c", True),
        ("STRASSE", "straße", True),
        ("", "x", False),
    ],
)
def test_patterns_fit_whole_names_without_regard_to_case(
    pattern: str, name: str, expected: bool
) -> None:
    assert fits(name, (pattern,)) is expected


def test_a_pattern_cannot_be_made_to_take_for_ever() -> None:
    assert not fits("a" * 5_000, ("*a" * 50 + "b",))


def test_a_single_text_is_one_name() -> None:
    assert Criteria(configs="Main").configs == ("Main",)


def test_everything_takes_everything() -> None:
    setting = setting_of("flag")
    assert EVERYTHING.takes("webhook")
    assert EVERYTHING.takes_config("x")
    assert EVERYTHING.takes_environment("x")
    assert EVERYTHING.takes_setting("Main", setting)


def test_kinds_are_taken_or_left_out() -> None:
    selection = Selection(
        Criteria(entities=["setting", "values"]), Criteria(entities=["values"])
    )
    assert selection.takes("setting")
    assert not selection.takes("values")
    assert not selection.takes("tag")


def test_every_kind_of_criterion_has_to_fit_and_of_each_one_is_enough() -> None:
    selection = Selection(Criteria(tags=["a", "b"], types=["boolean"]))
    assert selection.takes_setting("Main", setting_of("x", tags=("B",)))
    assert not selection.takes_setting("Main", setting_of("x", tags=("c",)))
    text = setting_of("x", Formula("t"), kind="string", tags=("b",))
    assert not selection.takes_setting("Main", text)


def test_whatever_fits_an_exclusion_is_left_out() -> None:
    selection = Selection(exclude=Criteria(tags=["old"], keys=["tmp*"]))
    assert selection.takes_setting("Main", setting_of("x"))
    assert not selection.takes_setting("Main", setting_of("tmpFlag"))
    assert not selection.takes_setting("Main", setting_of("x", tags=("old",)))


def test_an_exclusion_of_configs_does_not_leave_out_the_settings_of_others() -> None:
    selection = Selection(exclude=Criteria(configs=["Legacy"]))
    assert selection.takes_setting("Main", setting_of("x"))
    assert not selection.takes_setting("legacy", setting_of("x"))


@pytest.mark.parametrize(
    ("default", "wanted", "expected"),
    [
        (True, True, True),
        (True, 1, False),
        (1, True, False),
        (1.0, 1, False),
        (0, 0, True),
        ("on", "ON", False),
    ],
)
def test_values_fit_only_with_their_type(
    default: Plain, wanted: Plain, expected: bool
) -> None:
    setting = setting_of("x", Formula(default))
    selection = Selection(Criteria(values=[wanted]))
    assert selection.takes_setting("Main", setting) is expected


def test_values_are_looked_for_in_selected_environments_only() -> None:
    setting = attrs.evolve(
        setting_of("x", Formula(False)),
        values={
            "Production": SettingInEnvironment(Formula(True)),
            "Test": SettingInEnvironment(Formula(False)),
        },
    )
    served = Criteria(values=[True], environments=["test"])
    assert not Selection(served).takes_setting("Main", setting)
    served = Criteria(values=[True], environments=["production"])
    assert Selection(served).takes_setting("Main", setting)


def test_stale_settings_are_those_of_the_report() -> None:
    stale = frozenset({("main", "old")})
    selection = Selection(Criteria(stale=True), stale_settings=stale)
    assert selection.takes_setting("Main", setting_of("Old"))
    assert not selection.takes_setting("Main", setting_of("new"))
    assert not selection.takes_setting("Other", setting_of("old"))


def test_staleness_without_a_report_is_refused() -> None:
    with pytest.raises(ConfigurationError, match="stale_settings"):
        Selection(Criteria(stale=True))


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"entities": ["settings"]}, "unknown entities: 'settings'; known are"),
        ({"types": ["bool"]}, "unknown setting types: 'bool'; known are boolean"),
    ],
)
def test_unknown_words_are_refused_with_the_known_ones(
    fields: dict[str, Any], words: str
) -> None:
    with pytest.raises(ConfigurationError, match=words):
        Criteria(**fields)


def test_selected_settings_come_in_the_order_of_the_snapshot() -> None:
    product = plain_product(
        config_of(setting_of("b1"), setting_of("a"), setting_of("b2")),
        config_of(setting_of("b3"), name="Other"),
    )
    found = Selection(Criteria(keys=["b*"])).settings_of(product)
    assert [(config.name, one.key) for config, one in found] == [
        ("Main", "b1"),
        ("Main", "b2"),
        ("Other", "b3"),
    ]


@given(products())
def test_the_selected_part_of_everything_is_the_snapshot(snapshot: Snapshot) -> None:
    assert narrowed(snapshot, EVERYTHING) is snapshot
    assert narrowed(snapshot, Selection(Criteria(configs=["*"]))).configs == (
        snapshot.configs
    )


def surrounded() -> Snapshot:
    return plain_product(
        config_of(setting_of("flag")),
        config_of(setting_of("other"), name="Other"),
        preferences=Preferences(
            reason_required_environments=("Production", "Test"),
            approve_required_environments=("Production", "Test"),
        ),
        webhooks=(
            Webhook("Main", "Test", "https://a.example", "get"),
            Webhook("Other", "Production", "https://b.example", "get"),
        ),
        integrations=(
            Integration("both", "slack", {}, ("Production", "Test"), ("Main",)),
            Integration("one", "slack", {}, ("Test",), ("Main",)),
            Integration("all", "slack", {}),
        ),
        permission_groups=(
            PermissionGroup(
                "Team",
                environment_accesses={"Production": "full"},
                environment_approval_permissions={"Production": "canApproveOthers"},
            ),
        ),
        sdk_keys=(SdkKey("Main", "Production"),),
    )


def test_a_narrowed_product_has_only_what_is_selected() -> None:
    selection = Selection(
        Criteria(environments=["test"], configs=["main"]), Criteria(keys=["x*"])
    )
    part = narrowed(surrounded(), selection)
    assert [one.name for one in part.environments] == ["Test"]
    assert [one.name for one in part.configs] == ["Main"]
    assert list(part.configs[0].settings[0].values) == ["Test"]
    assert part.preferences.reason_required_environments == ("Test",)
    assert part.preferences.approve_required_environments == ("Test",)
    assert [one.url for one in part.webhooks] == ["https://a.example"]
    # What applies to everything reaches beyond the selection, too.
    assert [one.name for one in part.integrations] == ["one"]


def shared_product() -> Snapshot:
    """A product with tags, segments and groups that its configs use or do not."""
    rule = Rule((SegmentCondition("VIP", "isIn"),), True)
    flag = setting_of("flag", Formula(False, (rule,)), tags=("Used",))
    return plain_product(
        config_of(flag),
        config_of(setting_of("other", tags=("Elsewhere",)), name="Other"),
        tags=(Tag("used"), Tag("Elsewhere"), Tag("Nowhere")),
        segments=(
            Segment("vip", "Email", "contains", "@"),
            Segment("Nobody", "Email", "contains", "!"),
        ),
        permission_groups=(PermissionGroup("Team"),),
        preferences=Preferences(key_generation_mode="kebabCase"),
    )


def parts_of(selection: Selection) -> dict[str, list[str]]:
    part = narrowed(shared_product(), selection)
    return {
        "tags": [one.name for one in part.tags],
        "segments": [one.name for one in part.segments],
        "groups": [one.name for one in part.permission_groups],
    }


EVERYWHERE = {
    "tags": ["used", "Elsewhere", "Nowhere"],
    "segments": ["vip", "Nobody"],
    "groups": ["Team"],
}


@pytest.mark.parametrize(
    "criteria", [Criteria(configs="Main"), Criteria(keys="fl*"), Criteria(tags="used")]
)
def test_a_part_takes_just_the_tags_and_segments_that_it_uses(
    criteria: Criteria,
) -> None:
    found = parts_of(Selection(criteria))
    assert found == {"tags": ["used"], "segments": ["vip"], "groups": []}


def test_a_kind_that_is_named_is_taken_as_a_whole() -> None:
    kinds = ("tag", "permission_group", "setting")
    found = parts_of(Selection(Criteria(entities=kinds, configs="Main")))
    assert found["tags"] == EVERYWHERE["tags"]
    assert found["groups"] == EVERYWHERE["groups"]
    assert found["segments"] == ["vip"]


def test_what_the_product_shares_stays_where_only_something_is_left_out() -> None:
    assert parts_of(Selection(exclude=Criteria(configs="Other"))) == EVERYWHERE
    assert parts_of(EVERYTHING) == EVERYWHERE


def test_names_change_in_every_place() -> None:
    names = NameMap({"production": "Live"}, {"MAIN": "Shop"})
    product = renamed(surrounded(), names)
    assert [one.name for one in product.environments] == ["Live", "Test"]
    assert [one.name for one in product.configs] == ["Shop", "Other"]
    assert list(product.configs[0].settings[0].values) == ["Live", "Test"]
    assert product.preferences.reason_required_environments == ("Live", "Test")
    assert product.preferences.approve_required_environments == ("Live", "Test")
    (group,) = product.permission_groups
    assert group.environment_accesses == {"Live": "full"}
    assert group.environment_approval_permissions == {"Live": "canApproveOthers"}
    assert [(one.config, one.environment) for one in product.webhooks] == [
        ("Shop", "Test"),
        ("Other", "Live"),
    ]
    assert product.integrations[0].environments == ("Live", "Test")
    assert product.integrations[0].configs == ("Shop",)
    assert product.sdk_keys == (SdkKey("Shop", "Live"),)


@given(products())
def test_no_map_changes_nothing(snapshot: Snapshot) -> None:
    assert renamed(snapshot, SAME_NAMES) is snapshot


def test_a_map_says_what_was_called_how() -> None:
    names = NameMap({"A": "B"})
    assert names.environment("a") == "B"
    assert names.environment("C") == "C"
    assert names.source_environment("b") == "a"
    assert names.source_environment("C") == "C"
    # What is called A in the target has nothing to do with A in the source.
    assert names.source_environment("A") is None
    assert names.source_config("A") == "A"


def test_two_names_for_one_are_refused() -> None:
    with pytest.raises(ConfigurationError, match="one to one"):
        NameMap({"A": "X", "B": "x"})


@pytest.mark.parametrize(
    ("names", "words"),
    [
        (NameMap({"Prod": "Live"}), "environment 'prod'.* it has 'Production', 'Test'"),
        (NameMap({"Test": "PRODUCTION"}), "'Test' cannot become 'PRODUCTION'"),
        (NameMap(configs={"Nope": "x"}), "config 'nope'"),
    ],
)
def test_a_map_that_does_not_fit_the_snapshot_is_refused(
    names: NameMap, words: str
) -> None:
    with pytest.raises(ConfigurationError, match=words):
        renamed(surrounded(), names)


def test_names_can_be_exchanged() -> None:
    names = NameMap({"Production": "Test", "Test": "Production"})
    product = renamed(surrounded(), names)
    assert [one.name for one in product.environments] == ["Test", "Production"]
    assert renamed(product, names) == surrounded()
