"""The rate policy, on a clock that the tests turn."""

from datetime import UTC, datetime, timedelta

import aiohttp
import pytest

from configcat_mgmt.emulator import (
    DEFAULT_POLICY,
    NO_LIMITS,
    Emulator,
    RatePolicy,
    RateRule,
)
from configcat_mgmt.emulator.server.throttle import Admitted, Rejected, Throttle
from tests.emulator.wire import Wire

START = datetime(2026, 5, 4, 10, 0, 0, 123456, UTC)


class Turned:
    """A throttle whose clock moves by hand."""

    def __init__(self, policy: RatePolicy = DEFAULT_POLICY) -> None:
        self.throttle = Throttle(policy)
        self.now = 0.0

    def call(self, endpoint: str = "get-me", user: str = "u") -> Admitted | Rejected:
        moment = START + timedelta(seconds=self.now)
        return self.throttle.admit(user, endpoint, self.now, moment)

    def admitted(self, count: int, **rest: str) -> int:
        """Call `count` times; return how many calls were let through."""
        verdicts = [self.call(**rest) for _ in range(count)]
        return sum(isinstance(verdict, Admitted) for verdict in verdicts)


def test_twenty_calls_a_second_are_let_through() -> None:
    turned = Turned()
    assert turned.admitted(25) == 20
    turned.now = 0.999
    assert turned.admitted(5) == 0


def test_the_end_of_a_window_belongs_to_it() -> None:
    turned = Turned()
    turned.admitted(20)
    turned.now = 1.0
    assert turned.admitted(1) == 0
    turned.now = 1.001
    assert turned.admitted(30) == 20


def test_a_fixed_window_starts_with_its_first_call() -> None:
    turned = Turned()
    turned.admitted(1)
    turned.now = 0.9
    assert turned.admitted(30) == 19
    # The window of the call at 0 is over; a burst across its end is let through.
    turned.now = 1.1
    assert turned.admitted(30) == 20


def test_five_hundred_calls_a_minute_are_let_through() -> None:
    turned = Turned()
    total = 0
    for second in range(50):
        turned.now = second * 1.01
        total += turned.admitted(20)
    assert total == 500
    turned.now = 60.001
    assert turned.admitted(20) == 20


def test_a_call_blocked_by_the_second_is_not_counted_by_the_minute() -> None:
    turned = Turned()
    turned.admitted(1000)
    total = 20
    for second in range(1, 50):
        turned.now = second * 1.01
        total += turned.admitted(20)
    assert total == 500


def test_a_call_blocked_by_the_minute_is_counted_by_the_second() -> None:
    policy = RatePolicy((RateRule(2, 60), RateRule(3, 1)))
    turned = Turned(policy)
    turned.admitted(3)
    verdict = turned.call()
    assert isinstance(verdict, Rejected)
    assert verdict.rule == RateRule(3, 1)


def test_endpoints_and_users_have_counts_of_their_own() -> None:
    turned = Turned()
    assert turned.admitted(30) == 20
    assert turned.admitted(30, endpoint="get-tag") == 20
    assert turned.admitted(30, user="other") == 20


def test_a_credential_can_have_one_count_for_everything() -> None:
    turned = Turned(RatePolicy(scope="credential"))
    assert turned.admitted(15) == 15
    assert turned.admitted(15, endpoint="get-tag") == 5
    assert turned.admitted(15, user="other") == 15


def test_headers_speak_of_the_longest_period_only() -> None:
    turned = Turned()
    turned.admitted(2)
    turned.now = 0.5
    verdict = turned.call()
    assert isinstance(verdict, Admitted)
    assert verdict.headers == {
        "X-Rate-Limit-Limit": "1m",
        "X-Rate-Limit-Remaining": "497",
        "X-Rate-Limit-Reset": "2026-05-04T10:01:00.1234560Z",
    }


@pytest.mark.parametrize(("now", "seconds"), [(0.0, "1"), (0.9, "1"), (1.0, "1")])
def test_waiting_for_the_second_takes_at_least_one(now: float, seconds: str) -> None:
    turned = Turned()
    turned.admitted(20)
    turned.now = now
    verdict = turned.call()
    assert isinstance(verdict, Rejected)
    assert verdict.retry_after == seconds


@pytest.mark.parametrize(
    ("now", "seconds"),
    [(0.0, "60"), (0.4, "60"), (0.6, "59"), (30.5, "30"), (58.6, "1"), (59.9, "1")],
)
def test_waiting_is_rounded_to_the_nearest_second(now: float, seconds: str) -> None:
    turned = Turned(RatePolicy((RateRule(1, 60),)))
    turned.admitted(1)
    turned.now = now
    verdict = turned.call()
    assert isinstance(verdict, Rejected)
    assert verdict.retry_after == seconds


def test_a_sliding_window_never_has_more_than_the_limit_in_any_closed_span() -> None:
    turned = Turned(RatePolicy((RateRule(3, 1), RateRule(10, 60)), window="sliding"))
    times: list[float] = []
    for tick in range(4000):
        turned.now = tick / 20
        times += [turned.now] * turned.admitted(2)
    assert len(times) > 30
    for limit, period in ((3, 1), (10, 60)):
        spans = zip(times, times[limit:], strict=False)
        assert all(after - before > period for before, after in spans)


def test_a_sliding_window_does_not_count_what_it_refused() -> None:
    turned = Turned(RatePolicy((RateRule(2, 10),), window="sliding"))
    assert turned.admitted(2) == 2
    for now in (3, 6, 9):
        turned.now = now
        verdict = turned.call()
        assert isinstance(verdict, Rejected)
        assert verdict.retry_after == str(10 - now)
    turned.now = 10.5
    verdict = turned.call()
    assert isinstance(verdict, Admitted)
    assert verdict.headers["X-Rate-Limit-Remaining"] == "1"


def test_no_limits_let_everything_through_without_headers() -> None:
    turned = Turned(NO_LIMITS)
    assert turned.admitted(10_000) == 10_000
    assert turned.call() == Admitted({})


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(1, "1s"), (60, "1m"), (3600, "1h"), (90, "90s"), (0.5, "0.5s")],
)
def test_periods_are_written_as_the_service_does(seconds: float, text: str) -> None:
    assert RateRule(1, seconds).period_text == text


def test_a_throttle_can_be_reset() -> None:
    for policy in (DEFAULT_POLICY, RatePolicy(window="sliding")):
        turned = Turned(policy)
        turned.admitted(30)
        turned.throttle.reset()
        assert turned.admitted(30) == 20


async def test_calls_beyond_the_policy_are_answered_429(
    session: aiohttp.ClientSession,
) -> None:
    async with Emulator(timer=lambda: 5.0, clock=lambda: START) as emulator:
        wire = Wire(emulator, session)
        answers = [await wire.call("get-me") for _ in range(22)]
        assert [answer.status for answer in answers] == [200] * 20 + [429] * 2
        first, last = answers[0], answers[-1]
        assert first.headers["X-Rate-Limit-Remaining"] == "499"
        assert answers[19].headers["X-Rate-Limit-Remaining"] == "480"
        assert first.headers["X-Rate-Limit-Reset"] == "2026-05-04T10:01:00.1234560Z"
        assert last.headers["Retry-After"] == "1"
        assert last.headers["Content-Type"].startswith("text/plain")
        assert "X-Rate-Limit-Remaining" not in last.headers
        assert b"20" in last.body
        assert await wire.status("get-products") == 200
        assert emulator.counts.calls == {"get-me": 22, "get-products": 1}
        assert emulator.counts.refused == {"get-me": 2}
        assert (emulator.counts.total_calls, emulator.counts.total_refused) == (23, 2)
        emulator.counts.reset()
        assert emulator.counts.total_calls == 0


async def test_refused_requests_carry_the_headers_too(
    session: aiohttp.ClientSession,
) -> None:
    async with Emulator() as emulator:
        wire = Wire(emulator, session)
        answer = await wire.call("get-tag", tagId=5)
        assert answer.status == 404
        assert answer.headers["X-Rate-Limit-Remaining"] == "499"
