import math
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from configcat_mgmt.core.pacing.ledger import Ledger, Rule
from tests.hypothesis_profiles import examples

SECOND = Rule(3, 1.0, 0.02)
LONGER = Rule(5, 4.0, 0.05)
LINGER = 2.0


class Call:
    """A call, and the times between which the service may have counted it."""

    def __init__(self, sent: float) -> None:
        self.sent = sent
        self.latest = math.inf


def most_in_one_window(calls: list[Call], seconds: float) -> int:
    """Return how many calls an adversary can put into one closed interval.

    A call can be counted in [t, t + seconds] if it was sent by the end of it and not
    answered before its start. Only starts where a call becomes possible matter.
    """
    starts = [call.sent - seconds for call in calls]
    starts += [call.latest for call in calls if call.latest < math.inf]
    return max(
        (
            sum(call.sent <= start + seconds and call.latest >= start for call in calls)
            for start in starts
        ),
        default=0,
    )


def play(ledger: Ledger, steps: list[tuple[float, str, int]]) -> list[Call]:
    """Let time pass and calls begin and end; return those that may have been sent."""
    now = 100.0
    sent: list[Call] = []
    open_calls: list[Call] = []
    for pause, action, which in steps:
        now += pause
        if action == "send":
            # Keep sending for as long as the ledger lets calls through.
            while ledger.try_acquire(now) == 0.0:
                open_calls.append(Call(now))
                sent.append(open_calls[-1])
        elif open_calls:
            call = open_calls.pop(which % len(open_calls))
            if action == "answer":
                ledger.answered(now)
                call.latest = now
            elif action == "give up":
                ledger.gave_up(now)
                call.latest = now + LINGER
            else:
                ledger.never_sent()
                sent.remove(call)
    return sent


steps = st.lists(
    st.tuples(
        # Whole windows and their guards are where mistakes show.
        st.sampled_from([0.0, 0.01, 0.02, 0.03, 0.3, 0.97, 1.0, 1.02, 2.0, 4.0])
        | st.floats(0, 5),
        st.sampled_from(["send", "send", "answer", "answer", "give up", "never sent"]),
        st.integers(0, 100),
    ),
    max_size=60,
)


@given(steps)
@examples(150)
def test_no_closed_window_can_hold_more_calls_than_the_rule_allows(
    steps: list[tuple[float, str, int]],
) -> None:
    calls = play(Ledger([SECOND, LONGER], LINGER), steps)

    for rule in (SECOND, LONGER):
        # The guard is for clocks that differ, so nearly all of it may be used up.
        assert most_in_one_window(calls, rule.seconds + 0.9 * rule.guard) <= rule.calls


class ForgetsAtSending(Ledger):
    """A mutant: gives places back one window after sending, as most limiters do."""

    def __init__(self, rules: list[Rule], linger: float) -> None:
        super().__init__(rules, linger)
        self._now = 0.0
        self._sent_at: list[float] = []

    def wait(self, now: float) -> float:
        self._now = now
        return super().wait(now)

    def take(self) -> int:
        self._sent_at.append(self._now)
        return super().take()

    def answered(self, now: float) -> None:
        super().answered(self._sent_at.pop(0))


def burst_at(*times: float) -> list[tuple[float, str, int]]:
    """Send at each time as many as may go; their answers come 0.3 s later."""
    steps: list[tuple[float, str, int]] = []
    now = 0.0
    for time in times:
        steps.append((time - now, "send", 0))
        steps += [(0.3 if place == 0 else 0.0, "answer", 0) for place in range(3)]
        now = time + 0.3
    return steps


@pytest.mark.parametrize(
    ("make", "steps", "sound"),
    [
        (lambda: Ledger([SECOND], LINGER), burst_at(0.0, 1.02, 1.33), True),
        (lambda: ForgetsAtSending([SECOND], LINGER), burst_at(0.0, 1.02), False),
        (lambda: Ledger([Rule(3, 1.0, 0.0)], LINGER), burst_at(0.0, 1.3), False),
    ],
    ids=["the ledger", "mutant: released at sending", "mutant: no guard"],
)
def test_the_check_tells_the_ledger_from_its_mutants(
    make: Callable[[], Ledger],
    steps: list[tuple[float, str, int]],
    sound: bool,
) -> None:
    calls = play(make(), steps)

    assert len(calls) == 6, "there must be a second burst to judge"
    assert (most_in_one_window(calls, 1.0) <= SECOND.calls) is sound


@given(steps)
def test_a_call_waits_only_if_an_adversary_could_make_it_one_too_many(
    steps: list[tuple[float, str, int]],
) -> None:
    now = 100.0
    held: list[float] = []
    ledger = Ledger([SECOND], LINGER)
    in_flight = 0
    for pause, action, _ in steps:
        now += pause
        held = [release for release in held if release > now]
        if action == "send":
            free = in_flight + len(held) < SECOND.calls
            wait = ledger.try_acquire(now)
            assert (wait == 0.0) is free
            if not free:
                nearest = min(held, default=math.inf) - now
                assert wait == pytest.approx(nearest)
            in_flight += free
        elif in_flight:
            in_flight -= 1
            if action == "never sent":
                ledger.never_sent()
            elif action == "answer":
                ledger.answered(now)
                held.append(now + 1.02)
            else:
                ledger.gave_up(now)
                held.append(now + 1.02 + LINGER)


def test_waiting_exactly_for_the_stated_time_is_enough_at_any_rounding() -> None:
    ledger = Ledger([Rule(1, 0.1, 0.02)])
    now = 12345.678
    for _ in range(1000):
        assert ledger.try_acquire(now) == 0.0
        now += 0.0123
        ledger.answered(now)
        wait = ledger.try_acquire(now)
        assert wait > 0
        now = max(now + wait, math.nextafter(now, math.inf))
        while (wait := ledger.wait(now)) > 0:
            assert wait < 1e-6
            now = max(now + wait, math.nextafter(now, math.inf))


def test_with_everything_in_flight_only_an_answer_can_help() -> None:
    ledger = Ledger([SECOND, LONGER])
    for _ in range(3):
        assert ledger.try_acquire(0.0) == 0.0

    assert ledger.try_acquire(1000.0) == math.inf

    ledger.answered(1000.0)
    assert ledger.try_acquire(1000.0) == pytest.approx(1.02)


def test_the_rule_that_binds_longest_decides() -> None:
    ledger = Ledger([LONGER, SECOND])
    for now in (0.0, 0.0, 0.0, 2.0, 2.0):
        assert ledger.try_acquire(now) == 0.0
        ledger.answered(now)

    assert ledger.try_acquire(3.02) == pytest.approx(4.05 - 3.02)
    assert ledger.used(3.02) == (0, 5)
    assert ledger.in_flight == 0


def test_given_up_calls_keep_their_place_for_the_linger_as_well() -> None:
    ledger = Ledger([SECOND], linger=10.0)
    for _ in range(3):
        ledger.try_acquire(0.0)
    ledger.give_up_all(5.0)

    assert ledger.in_flight == 0
    assert ledger.wait(5.0) == pytest.approx(11.02)
    assert ledger.wait(16.03) == 0.0


def test_what_others_used_is_left_to_them_until_their_window_ends() -> None:
    ledger = Ledger([SECOND, LONGER])
    ledger.set_aside(4, until=3.0)

    assert ledger.try_acquire(0.0) == 0.0
    ledger.answered(0.0)
    assert ledger.try_acquire(0.0) == pytest.approx(3.0)
    assert ledger.others_until(0.0) == 3.0
    assert ledger.try_acquire(3.0) == 0.0
    assert ledger.others_until(3.0) is None


def test_within_one_window_what_others_used_only_grows() -> None:
    ledger = Ledger([LONGER])
    ledger.set_aside(4, until=3.0)
    ledger.set_aside(2, until=3.2)
    ledger.try_acquire(0.0)
    ledger.answered(0.0)

    assert ledger.wait(0.0) == pytest.approx(3.2)

    ledger.set_aside(2, until=7.0)
    assert ledger.wait(0.0) == 0.0, "a later window replaces an earlier one"


def test_what_others_used_just_now_is_left_to_them_for_a_short_window() -> None:
    ledger = Ledger([SECOND, LONGER])
    ledger.set_aside_at_once(2, now=0.0)

    assert ledger.try_acquire(0.0) == 0.0
    ledger.answered(0.0)
    assert ledger.try_acquire(0.5) == pytest.approx(0.52)
    assert ledger.try_acquire(1.02) == 0.0


def test_with_one_window_what_others_used_is_set_aside_once() -> None:
    ledger = Ledger([LONGER])
    ledger.set_aside_at_once(2, now=0.0)

    assert ledger.wait(0.0) == 0.0
    assert ledger.others_until(0.0) is None


def test_more_than_everything_set_aside_leaves_nothing_but_ends_in_time() -> None:
    ledger = Ledger([LONGER])
    ledger.set_aside(10**30, until=3.0)

    assert ledger.wait(0.0) == pytest.approx(3.0)
    assert ledger.wait(3.0) == 0.0


def test_own_calls_are_counted_from_before_sending_to_the_answer() -> None:
    ledger = Ledger([LONGER])
    ledger.try_acquire(0.0)
    ledger.answered(0.0)
    assert ledger.wait(1.0) == 0.0
    mark = ledger.take()
    assert ledger.possible_own(mark) == 2
    ledger.try_acquire(1.0)

    # At 4.06 the first call's place is free again, but when the marked one was sent it
    # was not, so the service may have counted both in one window.
    ledger.wait(4.06)
    assert ledger.possible_own(mark) == 3


def test_slowing_down_halves_the_second_and_a_quiet_one_wins_back_one() -> None:
    rule = Rule(20, 1.0, 0.02)
    ledger = Ledger([rule, Rule(500, 60.0, 0.06)])

    def burst(now: float) -> int:
        count = 0
        while ledger.try_acquire(now) == 0.0:
            count += 1
        for _ in range(count):
            ledger.answered(now)
        return count

    ledger.slow_down(0.0, since=2.0)
    assert [burst(now) for now in (2.0, 4.5, 6.5)] == [10, 12, 14]
    ledger.slow_down(8.0, since=8.0)
    assert burst(8.0) == 8
    assert [burst(now) for now in (18.5, 20.5, 30.0)] == [18, 20, 20]


def test_slowed_down_calls_wait_for_the_next_win_back_if_nothing_else_comes() -> None:
    ledger = Ledger([Rule(2, 1.0, 0.02)])
    ledger.slow_down(0.0, since=0.5)
    assert ledger.try_acquire(0.6) == 0.0

    assert ledger.wait(0.7) == pytest.approx(0.8)
    assert ledger.try_acquire(1.5) == 0.0, "with the first call still in flight"


def test_slowed_down_calls_wait_as_long_when_others_use_places() -> None:
    ledger = Ledger([Rule(4, 1.0, 0.02)])
    ledger.slow_down(0.0, since=0.5)
    ledger.set_aside(1, until=10.0)
    assert ledger.try_acquire(0.6) == 0.0

    assert ledger.wait(0.7) == pytest.approx(0.8)
    assert ledger.try_acquire(1.5) == 0.0, "with the first call still in flight"


def test_one_place_is_never_halved_away() -> None:
    ledger = Ledger([Rule(1, 1.0, 0.02)])
    ledger.slow_down(0.0, since=0.0)

    assert ledger.try_acquire(0.0) == 0.0


def test_joined_ledgers_hold_what_each_of_them_held() -> None:
    first, second = Ledger([SECOND, LONGER]), Ledger([SECOND, LONGER])
    first.try_acquire(0.0)
    first.answered(0.5)
    second.try_acquire(0.0)
    second.try_acquire(0.0)
    second.answered(0.2)

    joined = Ledger.joined([first, second])

    assert joined.in_flight == 1
    assert joined.used(0.6) == (3, 3)
    assert joined.wait(0.6) == pytest.approx(1.22 - 0.6)
    assert joined.rules == (SECOND, LONGER)
