"""Tests of the decision that follows an attempt: a table of facts, no network."""

import random
from collections.abc import Mapping

import pytest
from multidict import CIMultiDict

from configcat_mgmt import OPERATIONS, UNSET, JsonPatch, Options, models
from configcat_mgmt.core.exchange import Answer, Failure, FailureKind, Request
from configcat_mgmt.core.request import build
from configcat_mgmt.core.retry import (
    MAX_REJECTIONS,
    History,
    RetryBudget,
    Step,
    Verdict,
    decide,
    give_up,
)
from tests.quick_client import UUID_TEXT, HighestRandom, LowestRandom

BODIES: Mapping[str, tuple[str, dict[str, object], object]] = {
    "read": ("get-tag", {"tag_id": 1}, UNSET),
    "set": ("update-tag", {"tag_id": 1}, models.UpdateTagModel(name="x")),
    "delete": ("delete-tag", {"tag_id": 1}, UNSET),
    "create": (
        "create-tag",
        {"product_id": UUID_TEXT},
        models.CreateTagModel(name="x"),
    ),
    "positional": ("update-setting", {"setting_id": 1}, JsonPatch().remove("/tags/0")),
    "replace": ("update-setting", {"setting_id": 1}, JsonPatch().replace("/name", "x")),
    "tested": (
        "update-setting",
        {"setting_id": 1},
        JsonPatch().test("/name", "a").replace("/name", "b"),
    ),
}
REPEATABLE = ("read", "set", "delete", "replace", "tested")
ONCE = ("create", "positional")
OPTIONS = Options()
NOW = "Sun, 06 Nov 1994 08:49:37 GMT"
LATER = "Sun, 06 Nov 1994 08:49:47 GMT"


def request_of(kind: str) -> Request:
    name, arguments, body = BODIES[kind]
    return build(OPERATIONS[name], dict(arguments), body)


def answer(status: int, *, problem: str | None = None, **headers: str) -> Answer:
    pairs = [(name.replace("_", "-"), value) for name, value in headers.items()]
    return Answer(status, CIMultiDict(pairs), b"", problem)


def failure(kind: FailureKind, *, sent: bool) -> Failure:
    return Failure(kind, "why", sent)


def history_of(attempts: int = 1, rejections: int = 0, **more: object) -> History:
    history = History()
    history.attempts, history.rejections = attempts, rejections
    for name, value in more.items():
        setattr(history, name, value)
    return history


def after(
    kind: str,
    outcome: Answer | Failure,
    history: History | None = None,
    options: Options = OPTIONS,
    rng: random.Random | None = None,
) -> Verdict:
    return decide(
        request_of(kind),
        outcome,
        history or history_of(),
        options,
        rng or LowestRandom(),
    )


@pytest.mark.parametrize("kind", BODIES)
@pytest.mark.parametrize("how", ["connect", "timeout"])
def test_a_call_that_was_never_sent_is_sent_again(kind: str, how: FailureKind) -> None:
    history = history_of()
    assert after(kind, failure(how, sent=False), history).step is Step.RETRY
    assert not history.uncertain


@pytest.mark.parametrize("kind", BODIES)
@pytest.mark.parametrize("how", ["lost", "timeout"])
def test_a_call_of_unknown_outcome_is_repeated_only_without_harm(
    kind: str,
    how: FailureKind,
) -> None:
    history = history_of()
    expected = Step.RETRY if kind in REPEATABLE else Step.UNKNOWN
    assert after(kind, failure(how, sent=True), history).step is expected
    assert history.uncertain


@pytest.mark.parametrize("kind", BODIES)
@pytest.mark.parametrize("status", [408, 500, 502, 503, 504, 506, 520, 599])
def test_an_answer_that_leaves_it_open_is_like_none(kind: str, status: int) -> None:
    history = history_of()
    expected = Step.RETRY if kind in REPEATABLE else Step.UNKNOWN
    assert after(kind, answer(status), history).step is expected
    assert history.uncertain


@pytest.mark.parametrize("kind", BODIES)
@pytest.mark.parametrize(
    "status",
    [301, 302, 307, 400, 401, 403, 404, 405, 409, 410, 422, 431, 501, 505],
)
def test_a_refusal_is_final(kind: str, status: int) -> None:
    assert after(kind, answer(status)).step is Step.FAIL


@pytest.mark.parametrize("kind", BODIES)
def test_a_refused_certificate_is_final(kind: str) -> None:
    assert after(kind, failure("untrusted", sent=False)).step is Step.FAIL


@pytest.mark.parametrize("kind", BODIES)
def test_a_closed_client_sends_nothing_again(kind: str) -> None:
    assert after(kind, failure("closed", sent=False)).step is Step.FAIL
    sent = after(kind, failure("closed", sent=True)).step
    assert sent is (Step.UNKNOWN if kind in (*ONCE, "tested") else Step.FAIL)


def test_a_repeated_delete_that_finds_nothing_was_done() -> None:
    assert after("delete", answer(404), history_of(2, uncertain=True)).step is Step.DONE
    assert after("delete", answer(404), history_of(2)).step is Step.FAIL
    assert after("set", answer(404), history_of(2, uncertain=True)).step is Step.FAIL


@pytest.mark.parametrize("status", [400, 404, 409, 422])
def test_a_test_step_may_fail_because_the_patch_was_done(status: int) -> None:
    uncertain = history_of(2, uncertain=True)
    assert after("tested", answer(status), uncertain).step is Step.UNKNOWN
    assert after("replace", answer(status), uncertain).step is Step.FAIL
    assert after("tested", answer(status), history_of(2)).step is Step.FAIL


@pytest.mark.parametrize(
    "outcome",
    [
        failure("lost", sent=True),
        answer(502),
        answer(503, Retry_After="9999"),
        answer(500),
    ],
    ids=["lost", "502", "503", "500"],
)
def test_a_patch_with_a_test_that_is_given_up_stays_unknown(
    outcome: Answer | Failure,
) -> None:
    last = history_of(4, internal_errors=2)
    assert after("tested", outcome, last).step is Step.UNKNOWN
    last = history_of(4, internal_errors=2)
    assert after("replace", outcome, last).step is Step.FAIL
    assert give_up(request_of("tested"), history_of()).step is Step.FAIL


def test_attempts_end_with_the_option() -> None:
    lost = failure("connect", sent=False)
    assert after("read", lost, history_of(3)).step is Step.RETRY
    assert after("read", lost, history_of(4)).step is Step.FAIL
    once = Options(max_attempts=1)
    assert after("read", lost, history_of(1), once).step is Step.FAIL


def test_an_internal_error_is_tried_again_twice() -> None:
    history = history_of()
    steps = []
    for attempt in (1, 2, 3):
        history.attempts = attempt
        steps.append(after("read", answer(500), history).step)
    assert steps == [Step.RETRY, Step.RETRY, Step.FAIL]


def test_a_broken_body_is_read_again_once_and_never_written_again() -> None:
    cut = answer(200, problem="the body broke off")
    history = history_of()
    assert after("read", cut, history) == Verdict(Step.RETRY, 0.0)
    assert after("read", cut, history).step is Step.FAIL
    for kind in ("set", "delete", "create", "positional", "replace", "tested"):
        assert after(kind, cut, history_of(uncertain=True)).step is Step.FAIL
    once = Options(max_attempts=1)
    assert after("read", cut, options=once).step is Step.FAIL


def test_a_body_that_is_too_large_is_not_read_again() -> None:
    large = Answer(200, {}, b"", "too large", too_large=True)
    assert after("read", large).step is Step.FAIL


@pytest.mark.parametrize(
    ("attempts", "most"),
    [(1, 1.0), (2, 2.0), (3, 4.0), (4, 8.0), (5, 8.0), (90, 8.0)],
)
def test_the_wait_grows_and_is_spread_from_zero(attempts: int, most: float) -> None:
    many = Options(max_attempts=100)
    lost = failure("connect", sent=False)
    longest = after("read", lost, history_of(attempts), many, HighestRandom())
    assert longest.delay_seconds == most
    shortest = after("read", lost, history_of(attempts), many)
    assert shortest.delay_seconds == 0.0


@pytest.mark.parametrize(
    ("headers", "asked"),
    [
        ({"Retry_After": "7"}, 7.0),
        ({"Retry_After": "0"}, 0.0),
        ({"Retry_After": "1.5"}, 1.5),
        ({"Retry_After": "120"}, 120.0),
        ({"Retry_After": LATER, "Date": NOW}, 10.0),
        ({"Retry_After": NOW, "Date": NOW}, 0.0),
    ],
)
def test_a_rejection_waits_as_asked_and_half_a_second_more(
    headers: dict[str, str],
    asked: float,
) -> None:
    rejected = answer(429, **headers)
    least = after("create", rejected, history_of(0, 1))
    assert least == Verdict(Step.RETRY, asked + 0.5, rejected=True)
    most = after("create", rejected, history_of(0, 1), rng=HighestRandom())
    assert most.delay_seconds == asked + 0.75


@pytest.mark.parametrize(
    "text",
    [
        None,
        "",
        "-1",
        "+1",
        "1e9",
        "inf",
        "nan",
        "1_0",
        "0x1",
        "\u0665",
        "9" * 5000,
        "soon",
        "1, 2",
        "1.",
        ".5",
        "Sun, 06 Nov 1994 08:49:27 GMT",
        "Sun, 06 Nov 100000 08:49:37 GMT",
        "Sun, 06 Nov 1994 08:49:47",
        "Sunday, 06-Nov-94 08:49:47 GMT",
        "Sun, 32 Nov 1994 08:49:47 GMT",
        "1994-11-06T08:49:47Z",
    ],
)
@pytest.mark.parametrize(
    ("rejections", "wait"),
    [(1, 1.5), (2, 5.0), (3, 15.0), (4, 60.0), (5, 60.0), (10, 60.0)],
)
def test_a_rejection_that_does_not_say_how_long_waits_longer_each_time(
    text: str | None,
    rejections: int,
    wait: float,
) -> None:
    headers = {"Date": NOW} if text is None else {"Date": NOW, "Retry_After": text}
    verdict = after("create", answer(429, **headers), history_of(0, rejections))
    assert verdict == Verdict(Step.RETRY, wait, rejected=True)


def test_of_two_retry_after_headers_the_first_counts() -> None:
    headers = CIMultiDict([("Retry-After", "3"), ("Retry-After", "900")])
    verdict = after("read", Answer(429, headers, b""), history_of(0, 1))
    assert verdict.delay_seconds == 3.5


def test_a_wait_above_the_maximum_of_the_options_is_not_waited() -> None:
    for status in (429, 503):
        long = answer(status, Retry_After="121")
        assert after("read", long, history_of(1, 1)).step is Step.FAIL
        patient = Options(max_retry_after_seconds=600)
        assert after("read", long, history_of(1, 1), patient).step is Step.RETRY
    never = Options(max_retry_after_seconds=0)
    asked = answer(429, Retry_After="1")
    assert after("read", asked, history_of(0, 1), never).step is Step.FAIL


def test_rejections_end_after_ten_waits() -> None:
    rejected = answer(429, Retry_After="1")
    last = history_of(0, MAX_REJECTIONS)
    assert after("read", rejected, last).step is Step.RETRY
    assert after("read", rejected, history_of(0, 11)).step is Step.FAIL


def test_an_overloaded_service_is_given_the_time_it_asks_for() -> None:
    verdict = after("read", answer(503, Retry_After="20"))
    assert verdict == Verdict(Step.RETRY, 20.5)
    longer = after("read", answer(503), history_of(3), rng=HighestRandom())
    assert longer.delay_seconds == 4.0


def burst(budget: RetryBudget, calls: int, max_attempts: int) -> int:
    """Make calls at once to a service that fails all of them; return the retries."""
    budget.in_progress += calls
    retries = sum(budget.take() for _ in range(calls * (max_attempts - 1)))
    budget.in_progress -= calls
    return retries


def test_a_full_outage_soon_gets_no_retries() -> None:
    budget = RetryBudget()
    assert [burst(budget, 40, 4) for _ in range(25)] == [120, 10] + [0] * 23
    # A larger burst gets retries for its additional calls only, a single call none.
    assert (burst(budget, 60, 4), burst(budget, 1, 4)) == (60, 0)


@pytest.mark.parametrize("failing", [0.1, 0.33, 0.9])
def test_retries_are_no_more_than_successes_and_the_start(failing: float) -> None:
    budget, rng = RetryBudget(), random.Random(7)
    successes = retries = given_up = 0
    for _ in range(500):
        budget.in_progress += 1
        for attempt in range(4):
            if rng.random() >= failing:
                budget.give()
                successes += 1
                break
            if attempt == 3 or not budget.take():
                given_up += attempt < 3
                break
            retries += 1
        budget.in_progress -= 1
    assert retries <= successes + 10 + 3
    # A service that fails a third of the attempts has every call repeated.
    assert (given_up > 0) is (failing > 0.5)


def test_the_budget_has_ten_retries_three_per_call_and_one_per_success() -> None:
    budget = RetryBudget()
    assert sum(budget.take() for _ in range(20)) == 10
    budget.give()
    assert [budget.take(), budget.take()] == [True, False]
    budget.in_progress = 40
    assert sum(budget.take() for _ in range(200)) == 120
    budget.in_progress = 0
    for _ in range(40):
        budget.give()
        assert not budget.take()
    for _ in range(1000):
        budget.give()
    assert sum(budget.take() for _ in range(20)) == 10
