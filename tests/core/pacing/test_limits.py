import pytest

from configcat_mgmt.core.pacing.ledger import Rule
from configcat_mgmt.core.pacing.limits import (
    DEFAULT_LIMITS,
    RateLimit,
    read_limits,
    rules_for,
)
from configcat_mgmt.errors import ConfigurationError


def test_the_default_is_the_published_policy() -> None:
    assert [(limit.calls, limit.seconds) for limit in DEFAULT_LIMITS] == [
        (20, 1.0),
        (500, 60.0),
    ]


def test_limits_are_read_from_pairs_and_put_in_order() -> None:
    assert read_limits([(500, 60), RateLimit(20, 1)]) == DEFAULT_LIMITS


@pytest.mark.parametrize(
    "limits",
    [
        (),
        ((0, 1),),
        ((-5, 1),),
        ((2.5, 1),),
        ((True, 1),),
        (("20", 1),),
        ((20, 0),),
        ((20, -1.0),),
        ((20, float("inf")),),
        ((20, float("nan")),),
        ((20, "1"),),
        ((20, True),),
        ((20, 1), (30, 1.0)),
        ((20, 1, 3),),
        (20,),
        ((10**400, 1),),
        ((20, 10**400),),
        pytest.param(((10**5000, 1),), id="5,001 digits"),
        pytest.param((10**5000,), id="a single number of 5,001 digits"),
    ],
    ids=repr,
)
def test_unusable_limits_are_refused(limits: tuple[object, ...]) -> None:
    with pytest.raises(ConfigurationError):
        read_limits(limits)  # type: ignore[arg-type]


def test_rules_have_a_guard_of_20_ms_or_a_thousandth_of_the_window() -> None:
    assert rules_for(reversed(DEFAULT_LIMITS)) == (
        Rule(20, 1.0, 0.02),
        Rule(500, 60.0, 0.06),
    )


@pytest.mark.parametrize(
    ("share", "calls"),
    [
        (1.0, (20, 500)),
        (1 / 2, (10, 250)),
        (1 / 3, (6, 166)),
        (1 / 4, (5, 125)),
        (1 / 100, (1, 5)),
        (1 / 1000, (1, 1)),
    ],
)
def test_a_share_is_rounded_down_but_never_to_nothing(
    share: float,
    calls: tuple[int, int],
) -> None:
    assert tuple(rule.calls for rule in rules_for(DEFAULT_LIMITS, share)) == calls


def test_a_third_of_21_is_7_in_spite_of_binary_fractions() -> None:
    assert rules_for([RateLimit(21, 1.0)], 1 / 3)[0].calls == 7
    assert rules_for([RateLimit(10, 1.0)], 0.7 - 0.1 - 0.1)[0].calls == 5


@pytest.mark.parametrize("share", [0.0, -0.5, 1.0001, float("nan"), float("inf")])
def test_a_share_out_of_range_is_refused(share: float) -> None:
    with pytest.raises(ConfigurationError, match="share must be above 0"):
        rules_for(DEFAULT_LIMITS, share)
