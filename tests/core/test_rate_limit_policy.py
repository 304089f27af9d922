"""Tests of how long the client waits after a 429 response."""

import pytest

from configcat_mgmt.core.rate_limit_policy import is_short, wait_after_rejection


@pytest.mark.parametrize(
    ("retry_after", "rejections", "random", "seconds"),
    [
        (None, 1, 0.0, 1.5),
        (None, 2, 0.0, 5.0),
        (None, 3, 0.0, 15.0),
        (None, 4, 0.0, 60.0),
        (None, 9, 0.0, 60.0),
        (None, 0, 0.0, 1.5),
        (None, 1, 1.0, 1.75),
        (0.0, 1, 0.0, 0.5),
        (7.0, 1, 0.0, 7.5),
        (7.0, 5, 1.0, 7.75),
    ],
)
def test_the_wait_covers_rounding_and_jitter(
    retry_after: float | None, rejections: int, random: float, seconds: float
) -> None:
    assert wait_after_rejection(retry_after, rejections, lambda: random) == seconds


@pytest.mark.parametrize(
    ("retry_after", "rejections", "short"),
    [(None, 1, True), (None, 2, False), (2.0, 3, True), (2.5, 1, False)],
)
def test_a_short_wait_points_to_the_one_second_limit(
    retry_after: float | None, rejections: int, *, short: bool
) -> None:
    assert is_short(retry_after, rejections) is short
