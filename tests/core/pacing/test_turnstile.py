"""Each call takes a token from the bucket of each limit, behind the ledger."""

import asyncio
import time

import pytest

from configcat_mgmt.core.pacing.ledger import Ledger
from configcat_mgmt.core.pacing.limits import read_limits, rules_for
from tests.limiter_steps import PATH, cancel, start, take, take_at_once
from tests.simulated_service import make_limiter
from tests.virtual_time import VirtualTimeLoop


class Open(Ledger):
    """A mutant with a place for every call, which leaves the pace to the buckets."""

    def wait(self, now: float) -> float:
        return 0.0


def test_a_call_without_a_token_in_every_bucket_waits_whatever_the_ledger_says() -> (
    None
):
    loop = VirtualTimeLoop()
    rules = rules_for(read_limits([(20, 1.0), (30, 60.0)]))
    limiter = make_limiter(loop, rules=rules, ledger_type=Open)
    passed: list[float] = []

    async def call() -> None:
        (await limiter.acquire("GET", PATH)).answered({}, 200)
        passed.append(loop.time() - 1000.0)

    async def main() -> None:
        await asyncio.gather(*(call() for _ in range(32)))

    loop.run(main())

    # One token comes back each 0.05 s, and each 2 s in the bucket of the longer limit.
    second = [0.05 * place for place in range(1, 11)]
    assert passed == pytest.approx([0.0] * 20 + second + [2.0, 4.0], abs=1e-6)


def test_a_call_that_is_not_sent_leaves_its_tokens_to_the_next() -> None:
    loop = VirtualTimeLoop()
    limiter = make_limiter(loop, ledger_type=Open)

    async def main() -> None:
        slots = await take_at_once(limiter, 20)
        await cancel(await start(*(limiter.acquire("GET", PATH) for _ in range(3))))
        assert limiter.snapshot()[0].in_flight == 20
        for slot in slots:
            slot.never_sent()
        await take_at_once(limiter, 20)
        [late] = await start(limiter.acquire("GET", PATH))
        assert not late.done(), "those that were canceled had no tokens to leave"
        await late

    loop.run(main())


@pytest.mark.parametrize("evenly", [False, True])
def test_where_a_test_stops_the_clock_of_loops_the_ledger_paces_alone(
    monkeypatch: pytest.MonkeyPatch,
    *,
    evenly: bool,
) -> None:
    loop = VirtualTimeLoop()
    limiter = make_limiter(loop, ledger_type=Open)

    async def main() -> None:
        slots = await take(limiter, 20)
        limiter._pool.budget.endpoint("GET", PATH).paced = evenly
        with monkeypatch.context() as stopped:
            stopped.setattr(time, "monotonic", lambda: 0.0)
            slots += await take_at_once(limiter, 20)
        for slot in slots[20:]:
            slot.never_sent()
        [late] = await start(limiter.acquire("GET", PATH))
        assert not late.done(), "calls that took no tokens leave none"
        await late

    loop.run(main())
