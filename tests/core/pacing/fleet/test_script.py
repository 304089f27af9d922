"""The decisions in Redis, each asked for directly; time passes by ages."""

from collections.abc import Sequence
from typing import Any, Final

import pytest

from configcat_mgmt.core.auth import Credentials
from configcat_mgmt.core.pacing.fleet.redis_pace import RedisPace
from configcat_mgmt.core.pacing.fleet.store import Reply, Store
from tests.core.pacing.fleet.members import Fleet
from tests.redis_server import RedisServer

MICRO: Final = 1_000_000
SECOND_AND_MINUTE: Final = ((20, 1.0, 0.02), (500, 60.0, 0.06))
LEASE: Final = 40.0


class Asker:
    """A process that asks for one endpoint, by the script alone."""

    def __init__(
        self,
        fleet: Fleet,
        rules: Sequence[tuple[int, float, float]] = SECOND_AND_MINUTE,
        lease: float = LEASE,
    ) -> None:
        self.client = fleet.client()
        self.root = f"test:{{{fleet.name}}}"
        name = f"{self.root}:GET /x"
        self.keys = (self.root, f"{name}:flights", f"{name}:answers", name)
        self.rules = rules
        self.lease = lease
        self.epoch = ""
        self.tokens = 0
        self.store = Store(RedisPace(fleet.url))
        self.store.connect()

    def join(self, **more: object) -> Reply:
        """Ask which epoch it is, as after connecting."""
        question = {**self._always(), "join": True, **more}
        [reply] = self.store.ask([((self.root,), question)])
        self.epoch = reply.epoch
        return reply

    def ask(
        self,
        count: int = 0,
        *,
        calls: Sequence[tuple[str, str, float]] = (),
        seen: Sequence[tuple[int, int, float]] = (),
        held: Sequence[tuple[float, float]] = (),
    ) -> Reply:
        """Report calls, as token, kind and age in seconds, and ask for tokens."""
        question = {
            **self._always(),
            "rules": [
                (calls, round(seconds * MICRO), round(guard * MICRO))
                for calls, seconds, guard in self.rules
            ],
            "calls": [(token, kind, round(age * MICRO)) for token, kind, age in calls],
            "seen": [(mark, left, round(end * MICRO)) for mark, left, end in seen],
            "held": [(round(a * MICRO), round(b * MICRO)) for a, b in held],
            "want": [f"{id(self)}-{self.tokens + n}" for n in range(count)],
            "ahead": MICRO // 4,
            "lease": round(self.lease * MICRO),
            "keep": 3_700_000,
        }
        [reply] = self.store.ask([(self.keys, question)])
        self.tokens += count
        return reply

    def take(self, count: int) -> list[str]:
        """Take tokens that are good at once."""
        first = self.tokens
        reply = self.ask(count)
        assert [time for time, _ in reply.tokens] == [0.0] * count
        return [f"{id(self)}-{n}" for n in range(first, first + count)]

    def answer(self, tokens: Sequence[str], age: float) -> Reply:
        """Report that calls were answered so many seconds ago."""
        return self.ask(calls=[(token, "answer", age) for token in tokens])

    def _always(self) -> dict[str, Any]:
        return {
            "epoch": self.epoch,
            "fresh": f"epoch of {id(self)} {self.tokens}",
            "jump": MICRO,
            "quiet": 0,
            "remember": 10**9,
        }


@pytest.fixture
def one(fleet: Fleet) -> Asker:
    asker = Asker(fleet)
    asker.join()
    return asker


@pytest.fixture
def two(fleet: Fleet, one: Asker) -> Asker:
    asker = Asker(fleet)
    asker.join()
    return asker


def close(seconds: float, wanted: float, by: float = 0.2) -> bool:
    """Whether a time is as wanted, less what the commands since may have taken."""
    return wanted - by <= seconds <= wanted + 1e-6


def test_all_processes_together_get_as_many_tokens_as_a_rule_has(
    one: Asker, two: Asker
) -> None:
    one.take(15)
    two.take(5)
    for asker in (one, two):
        reply = asker.ask(1)
        assert reply.tokens == []
        assert close(reply.wait, 1.02 - 0.25), "no place can come back before that"


def test_a_place_comes_back_a_window_and_a_guard_after_the_answer(
    one: Asker, two: Asker
) -> None:
    tokens = one.take(20)
    one.answer(tokens[:1], age=0.9)
    [(time, _)] = two.ask(1).tokens
    assert close(time, 1.02 - 0.9)
    one.answer(tokens[1:2], age=0.3)
    reply = two.ask(1)
    assert reply.tokens == [], "it is more than a quarter of a second away"
    assert close(reply.wait, 1.02 - 0.3 - 0.25)
    one.answer(tokens[1:3], age=1.03)
    [(time, _)] = two.ask(1).tokens
    assert time == 0.0, "one of the two, as the other is held for the token ahead"


def test_tokens_for_the_future_come_one_after_the_other(one: Asker) -> None:
    tokens = one.take(20)
    one.answer(tokens[:1], age=0.95)
    one.answer(tokens[1:2], age=0.85)
    (first, _), (second, _) = one.ask(3).tokens
    assert close(first, 0.07)
    assert second - first == pytest.approx(0.1, abs=0.05)
    assert one.ask(1).tokens == []


def test_an_answer_that_is_booked_twice_counts_once(one: Asker) -> None:
    tokens = one.take(20)
    one.answer(tokens[:3], age=0.1)
    free = one.answer(tokens[:3], age=0.1).free
    assert free == 500 - 20


def test_the_minute_counts_answers_that_the_second_has_forgotten(one: Asker) -> None:
    old = [(f"old-{n}", "answer", 2.0) for n in range(499)]
    assert one.ask(calls=old).free == 1
    one.take(1)
    reply = one.ask(1)
    assert reply.tokens == []
    assert close(reply.wait, 60.06 - 2.0 - 0.25)
    assert one.ask(1, calls=[("old-1", "answer", 60.07)]).tokens


def test_a_token_that_was_not_used_is_given_back(one: Asker) -> None:
    tokens = one.take(20)
    reply = one.ask(2, calls=[(token, "unused", 0) for token in tokens[:2]])
    assert [time for time, _ in reply.tokens] == [0.0, 0.0]


def test_a_lease_that_ends_counts_as_answered_then(fleet: Fleet) -> None:
    dead = Asker(fleet, rules=((2, 1.0, 0.02), (500, 60.0, 0.06)), lease=0.0)
    dead.join()
    dead.take(2)
    reply = dead.ask(1)
    assert reply.tokens == []
    assert reply.free == 498
    assert 1.02 - 0.25 - 0.5 < reply.wait < 1.02 - 0.25, "as answered just now"
    assert dead.client.zcard(dead.keys[1]) == 0


def test_a_lease_that_has_not_ended_keeps_its_place(one: Asker) -> None:
    one.take(20)
    leases = one.client.zrange(one.keys[1], 0, -1, withscores=True)
    now, micro = one.client.time()
    for _, score in leases:
        assert score / MICRO - now - micro / MICRO == pytest.approx(LEASE, abs=1.0)


def test_an_empty_server_begins_an_epoch_that_gives_nothing_at_first(
    fleet: Fleet,
) -> None:
    asker = Asker(fleet)
    asker.join(quiet=9 * MICRO)
    reply = asker.ask(1)
    assert reply.tokens == []
    assert close(reply.wait, 9.0)
    again = Asker(fleet)
    assert again.join(quiet=9 * MICRO).epoch == asker.epoch
    assert close(again.ask(1).wait, 9.0), "the pause goes on, it does not start again"


def test_another_server_begins_an_epoch_and_keeps_the_places(one: Asker) -> None:
    one.take(19)
    before = one.epoch
    one.client.hset(one.root, "server", "a server that ran before")
    after = one.join().epoch
    assert after != before
    assert one.join().epoch == after
    one.take(1)
    assert one.ask(1).tokens == []


def test_a_clock_that_was_set_back_begins_an_epoch_without_places(one: Asker) -> None:
    one.take(20)
    before = one.epoch
    one.client.hset(one.root, "last", "9000000000000000")
    reply = one.ask(1)
    assert (list(reply.tokens), reply.epoch != before) == ([], True)
    one.epoch = reply.epoch
    one.take(20)
    assert one.join().epoch == reply.epoch
    assert one.ask(1).tokens == [], "the places of this epoch stay"


def test_a_clock_that_steps_back_a_little_stands_still(one: Asker) -> None:
    tokens = one.take(20)
    now, micro = one.client.time()
    ahead = now * MICRO + micro + MICRO // 2
    one.client.hset(one.root, "last", ahead)
    before = one.epoch
    assert one.join().epoch == before
    one.answer(tokens, age=0.0)
    scores = {
        score for _, score in one.client.zrange(one.keys[2], 0, -1, withscores=True)
    }
    assert min(scores) >= ahead


def test_who_does_not_know_the_epoch_gets_nothing(one: Asker) -> None:
    one.epoch = "an old one"
    reply = one.ask(1)
    assert (list(reply.tokens), reply.wait) == ([], 0.0)
    one.epoch = reply.epoch
    one.take(1)


def test_places_are_booked_again_in_a_new_epoch(one: Asker, two: Asker) -> None:
    one.client.flushall()
    two.join()
    booked = [(f"a{n}", "answer", 0.5) for n in range(8)]
    flights = [(f"f{n}", "flight", -9.0) for n in range(8)]
    one.ask(calls=[*booked, *flights])
    assert two.ask().free == 500 - 16
    assert len(two.ask(9).tokens) == 4


def test_who_made_calls_alone_starts_a_pause(one: Asker, two: Asker) -> None:
    two.join(away=True, quiet=9 * MICRO)
    assert close(one.ask(1).wait, 9.0)


def test_the_strictest_limits_that_a_process_named_hold_for_all(
    fleet: Fleet, one: Asker
) -> None:
    strict = Asker(fleet, rules=((3, 1.0, 0.02), (500, 60.0, 0.06)))
    strict.join()
    strict.take(1)
    assert len(one.ask(9).tokens) == 2
    known = one.client.hget(one.keys[3], "rule 1000000")
    calls, guard, seen = known.split(" ")
    hours_ago = int(seen) - 3_700_000_001
    one.client.hset(one.keys[3], "rule 1000000", f"{calls} {guard} {hours_ago}")
    assert len(one.ask(99).tokens) == 17, "a limit that nobody names any more is over"


def test_calls_of_others_are_left_to_them_until_their_window_ends(one: Asker) -> None:
    [(_, mark)] = one.ask(1).tokens
    reply = one.ask(seen=[(mark, 500 - 480 - 1, 30.0)])
    assert reply.free == 500 - 480 - 1
    assert len(one.ask(99).tokens) == 19
    assert one.ask(seen=[(mark, 500 - 1, 30.0)]).free == 0, "others take nothing back"
    assert close(one.ask(1).wait, 30.0 - 0.25)


def test_own_calls_of_the_fleet_are_not_taken_for_those_of_others(
    one: Asker, two: Asker
) -> None:
    two.take(5)
    [(_, mark)] = one.ask(1).tokens
    two.take(3)
    assert one.ask(seen=[(mark, 500 - 9, 30.0)]).free == 500 - 9


def test_places_left_to_others_come_back_at_once(one: Asker) -> None:
    [(_, mark)] = one.ask(1).tokens
    one.ask(seen=[(mark, 0, 0.2)])
    [(time, _)] = one.ask(1).tokens
    assert close(time, 0.2)


def test_a_429_holds_the_endpoint_for_all(one: Asker, two: Asker) -> None:
    one.ask(held=[(7.0, 6.0)])
    one.ask(held=[(5.0, 1.0)])
    reply = two.ask(1)
    assert reply.tokens == []
    assert close(reply.held, 7.0)
    assert reply.asked == 6.0


def test_keys_do_not_outlive_their_use_by_much(one: Asker) -> None:
    one.answer(one.take(2)[:1], age=0.0)
    for key in one.keys[1:]:
        assert 3_600_000 < one.client.pttl(key) <= 3_700_000
    assert one.client.pttl(one.root) > 10**8


def test_an_endpoint_takes_64_kib_at_most(fleet: Fleet) -> None:
    member = fleet.join(((20, 1.0), (500, 60.0)))
    asker = Asker(fleet)
    asker.join()
    tokens = [member.worker._token(("GET", "/x")).id for _ in range(520)]
    asker.ask(calls=[(token, "answer", 30.0) for token in tokens[:500]])
    asker.ask(calls=[(token, "flight", -9.0) for token in tokens[500:]])
    sizes = [asker.client.memory_usage(key, samples=0) for key in asker.keys]
    assert sum(sizes) <= 64 * 1024


def test_processes_agree_on_the_name_of_a_credential_and_on_no_other() -> None:
    names = {
        Credentials(user, word).public_digest(url)
        for user in ("a", "b")
        for word in ("c", "d")
        for url in ("https://one.example", "https://two.example")
    }
    assert len(names) == 8
    assert (
        Credentials("user", "password").public_digest("https://api.configcat.com")
        == "cb7898b824976895262a0780"
    )


def test_credentials_of_a_callable_keep_their_name_when_they_change() -> None:
    url = "https://one.example"
    one = Credentials.from_callable(lambda: ("a", "b"))
    other = Credentials.from_callable(lambda: ("c", "d"))
    assert one.public_digest(url) == other.public_digest(url)


def test_one_server_keeps_credentials_apart(redis: RedisServer) -> None:
    with Fleet(redis.url) as fleet, Fleet(redis.url) as other:
        for members in (fleet, other):
            asker = Asker(members)
            asker.join()
            asker.take(20)
