"""One budget for all clients, loops and threads of a process."""

import asyncio
import gc
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from typing import TypeVar

import pytest

from configcat_mgmt.core.pacing import limiter as limiter_module
from configcat_mgmt.core.pacing.budget import MOST_ENDPOINTS, OTHER_ENDPOINTS, Budget
from configcat_mgmt.core.pacing.limiter import Limiter, Pool, Slot
from configcat_mgmt.core.pacing.limits import DEFAULT_LIMITS, RateLimit, rules_for
from configcat_mgmt.core.pacing.slot import Ending, Outcome
from tests.other_threads import PATIENCE_SECONDS
from tests.simulated_service import make_limiter
from tests.virtual_time import VirtualTimeLoop

T = TypeVar("T")
PATH = "/v1/tags/{tagId}"


class Clock:
    """A clock that the test sets."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def shared(
    clock: Callable[[], float],
    url: str = "https://one.example",
    digest: bytes = b"credential",
    limits: tuple[RateLimit, ...] = DEFAULT_LIMITS,
    share: float = 1.0,
) -> Limiter:
    return Limiter.shared(url, digest, limits=limits, share=share, clock=clock)


async def take(limiter: Limiter, count: int) -> list[Slot]:
    return [await limiter.acquire("GET", PATH) for _ in range(count)]


def used(limiter: Limiter) -> tuple[int, ...]:
    return tuple(window.used for use in limiter.snapshot() for window in use.windows)


def test_clients_with_one_credential_share_one_budget() -> None:
    loop = VirtualTimeLoop()
    one, two = shared(loop.time), shared(loop.time)

    async def main() -> None:
        await take(one, 12)
        await take(two, 8)
        assert used(one) == used(two) == (20, 20)
        waiting = asyncio.ensure_future(take(two, 1))
        await asyncio.sleep(5)
        assert not waiting.done()
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)

    loop.run(main())


def test_limits_that_an_earlier_client_keeps_low_are_reported(
    caplog: pytest.LogCaptureFixture,
) -> None:
    clock = Clock()
    lower, higher = (RateLimit(7, 1.0),), (RateLimit(8, 1.0),)
    asked = (lower, lower, (RateLimit(6, 1.0),), higher)
    clients = [shared(clock, digest=b"reported", limits=limits) for limits in asked]
    assert len(clients) == len(asked)
    assert caplog.messages == [
        "limits of a client: 8 calls in 1 seconds cannot be reached, because calls "
        "with the same credentials keep to 7 in 1 seconds, as the first client had it",
    ]


def test_another_credential_url_or_clock_has_a_budget_of_its_own() -> None:
    loop = VirtualTimeLoop()
    one = shared(loop.time)
    others = [
        shared(loop.time, digest=b"another"),
        shared(loop.time, url="https://two.example"),
        shared(Clock()),
    ]

    async def main() -> None:
        await take(one, 20)
        for other in others:
            assert used(other) == ()
            await take(other, 20)

    loop.run(main())


def test_limits_other_than_the_first_clients_hold_in_addition() -> None:
    loop = VirtualTimeLoop()
    first = shared(loop.time)
    strict = shared(loop.time, limits=(RateLimit(3, 10.0),))
    half = shared(loop.time, share=0.5)

    async def main() -> None:
        for slot in await take(strict, 3) + await take(half, 10):
            slot.answered({}, 200)
        assert used(first) == (13, 13), "they count against the common budget"
        for limiter, seconds in ((strict, 10.02), (half, 1.02)):
            waiting = asyncio.ensure_future(limiter.acquire("GET", PATH))
            await asyncio.sleep(0)
            assert not waiting.done()
            assert limiter.snapshot()[0].waiting == 1
            waiting.cancel()
            await asyncio.gather(waiting, return_exceptions=True)
            assert seconds > 0
        await take(first, 7)
        began = loop.time()
        slot = await strict.acquire("GET", PATH)
        assert slot.waited_seconds == pytest.approx(began + 10.02 - 1000, abs=0.01)
        slot.gave_up()

    loop.run(main())


def test_a_budget_is_forgotten_when_nobody_uses_it_and_nothing_counts() -> None:
    loop = VirtualTimeLoop()
    limiter = shared(loop.time, digest=b"passing")

    async def main(limiter: Limiter) -> None:
        for slot in await take(limiter, 5):
            slot.answered({}, 200)

    loop.run_until_complete(main(limiter))
    del limiter
    gc.collect()
    limiter = shared(loop.time, digest=b"passing")
    assert used(limiter) == (5, 5), "what was spent still counts"

    del limiter
    gc.collect()
    loop.run(asyncio.sleep(61))
    shared(loop.time, digest=b"somebody else")
    assert shared(loop.time, digest=b"passing").snapshot() == []


def in_thread(work: Callable[[], object]) -> threading.Thread:
    thread = threading.Thread(target=work)
    thread.start()
    return thread


def test_loops_in_several_threads_never_exceed_the_budget_together() -> None:
    limits = (RateLimit(10, 0.05), RateLimit(40, 0.2))
    budget = Budget(rules_for(limits), clock=time.monotonic, random=lambda: 0.0)
    pool = Pool(budget)
    arrivals: list[float] = []

    async def call(limiter: Limiter) -> None:
        slot = await limiter.acquire("GET", PATH)
        arrivals.append(time.monotonic())
        await asyncio.sleep(0)
        slot.answered({}, 200)

    async def job() -> None:
        limiter = Limiter(pool, rules_for(limits))
        await asyncio.gather(*(call(limiter) for _ in range(40)))

    threads = [in_thread(lambda: asyncio.run(job())) for _ in range(3)]
    for thread in threads:
        thread.join()

    times = sorted(arrivals)
    assert len(times) == 120
    for limit in limits:
        for first, late in zip(times, times[limit.calls :], strict=False):
            assert late - first > limit.seconds


def test_an_answer_or_a_place_given_back_in_one_thread_wakes_another() -> None:
    clock = Clock()
    rules = rules_for(DEFAULT_LIMITS)
    budget = Budget(rules, clock=clock, random=lambda: 0.0)
    limiter = Limiter(Pool(budget), rules)
    done: list[float] = []

    async def wait_for_turn() -> None:
        slot = await limiter.acquire("GET", PATH)
        done.append(slot.waited_seconds)

    loop = asyncio.new_event_loop()
    slots = loop.run_until_complete(take(limiter, 20))
    thread = in_thread(lambda: asyncio.run(wait_for_turn()))
    while not (limiter.snapshot()[0].waiting and budget.turns):
        pass
    clock.now += 50
    slots[0].answered({}, 200)
    # Now the other thread knows when the place comes back, and that is not yet.
    while not any(turn.wait_seconds < 2 for turn in budget.turns.copy()):
        pass
    slots[1].never_sent()
    thread.join()
    loop.close()

    assert done == [50.0]


def test_slots_left_open_by_a_loop_that_was_closed_are_given_up() -> None:
    clock = Clock()
    limiter = shared(clock, digest=b"closed loops")
    loop = asyncio.new_event_loop()
    slots = loop.run_until_complete(take(limiter, 20))
    waiting = loop.create_task(take(limiter, 1))
    loop.run_until_complete(asyncio.sleep(0))
    waiting.cancel()
    loop.run_until_complete(asyncio.gather(waiting, return_exceptions=True))
    loop.close()

    async def main() -> None:
        await limiter.acquire("PUT", PATH)
        assert limiter.snapshot()[0].in_flight == 0
        slots[0].answered({}, 200)
        clock.now += 11.03
        assert len(await take(limiter, 20)) == 20

    asyncio.run(main())


def test_an_ending_inside_of_the_lock_is_booked_after_it() -> None:
    """A finalizer may end a slot at any moment, even while its thread has the lock."""
    loop = VirtualTimeLoop()
    endings: list[Callable[[], None]] = []

    def clock() -> float:
        if endings:
            endings.pop()()
        return loop.time()

    limiter = shared(clock, digest=b"finalizers")

    async def main() -> None:
        slots = await take(limiter, 20)
        await asyncio.sleep(1.0)
        endings.append(slots[0].never_sent)
        await take(limiter, 1)
        waiting = asyncio.ensure_future(take(limiter, 1))
        await asyncio.sleep(1.0)
        endings.append(slots[1].never_sent)
        assert limiter.snapshot()[0].in_flight == 20
        await waiting

    loop.run(main())


def test_of_two_endings_at_the_same_moment_one_is_booked() -> None:
    clock = Clock()
    rules = rules_for(DEFAULT_LIMITS)
    budget = Budget(rules, clock=clock, random=lambda: 0.0)
    limiter = Limiter(Pool(budget), rules)

    async def main() -> None:
        one, _ = await take(limiter, 2)
        for _ in range(2):
            budget.settle(Ending(one, Outcome.GAVE_UP, clock.now, 0, None))
        assert limiter.snapshot()[0].in_flight == 1

    asyncio.run(main())


def test_a_fork_changes_nothing_in_the_parent() -> None:
    clock = Clock()
    limiter = shared(clock, digest=b"parent")

    async def main() -> None:
        slots = await take(limiter, 20)
        waiting = asyncio.ensure_future(limiter.acquire("GET", PATH))
        await asyncio.sleep(0)
        limiter_module._registry.before_fork()
        slots[0].never_sent()
        limiter_module._registry.after_fork_in_parent()
        slots[1].answered({}, 200)
        await waiting

    asyncio.run(main())


def test_in_a_forked_child_the_parents_calls_are_given_up() -> None:
    """The hooks are called directly here; a real fork follows below."""
    clock = Clock()
    limiter = shared(clock, digest=b"hooks")
    strict = shared(clock, digest=b"hooks", limits=(RateLimit(7, 10.0),))
    probing = Limiter.shared("https://p.example", b"", probe=True, clock=clock)

    async def parent() -> list[Slot]:
        slots = await take(limiter, 5) + await take(strict, 2)
        slots += [await probing.acquire("GET", PATH)]
        limiter_module._registry.before_fork()
        slots[0].answered({}, 200)
        return slots

    async def child() -> None:
        assert limiter.snapshot()[0].in_flight == 0
        assert used(limiter) == (7, 7)
        for slot in slots:
            slot.never_sent()
        assert used(limiter) == (7, 7), "a parent's slot means nothing to the child"
        clock.now += 1.03
        assert used(limiter) == (6, 7), "answered just before the fork"
        assert await probing.acquire("GET", PATH)
        clock.now += 10
        await take(limiter, 20)

    slots = asyncio.run(parent())
    limiter_module._registry.after_fork_in_child()
    asyncio.run(child())


FORK = """
import asyncio, os, sys, threading
from configcat_mgmt.core.pacing.limiter import Limiter
from configcat_mgmt.core.pacing.limits import RateLimit

limits = (RateLimit(3, 0.05), RateLimit(100, 60.0))
limiter = Limiter.shared("https://x.example", b"", limits=limits, linger_seconds=0.1)

async def take(count):
    return [await limiter.acquire("GET", "/") for _ in range(count)]

async def main():
    slots = await take(3)
    waiting = asyncio.ensure_future(take(1))
    await asyncio.sleep(0)
    # Another thread keeps taking the lock, so it may well be held at the fork.
    stop = threading.Event()
    def look():
        while not stop.is_set():
            limiter.snapshot()
    thread = threading.Thread(target=look)
    thread.start()
    child = os.fork()
    if child == 0:
        return None
    stop.set()
    thread.join()
    for slot in slots:
        slot.answered({}, 200)
    await waiting
    return child

loop = asyncio.new_event_loop()
child = loop.run_until_complete(main())
if child is None:
    async def in_child():
        use = limiter.snapshot()[0]
        assert use.in_flight == 0, use
        assert use.windows[1].used == 3, use
        assert use.waiting == 0, use
        for _ in range(2):
            for slot in await take(3):
                slot.answered({}, 200)
        assert limiter.snapshot()[0].windows[1].used == 9
    asyncio.set_event_loop(None)
    try:
        asyncio.new_event_loop().run_until_complete(in_child())
    except BaseException as error:
        print(repr(error), file=sys.stderr, flush=True)
        os._exit(1)
    os._exit(0)
_, status = os.waitpid(child, 0)
sys.exit(os.waitstatus_to_exitcode(status))
"""


def test_a_real_child_process_goes_on_by_itself() -> None:
    result = subprocess.run(
        [sys.executable, "-W", "ignore::DeprecationWarning", "-c", FORK],
        capture_output=True,
        text=True,
        timeout=PATIENCE_SECONDS,
        check=False,
    )

    assert (result.returncode, result.stderr) == (0, "")


@pytest.mark.parametrize("status", [100, 200, 301, 404, 429, 503, 999])
def test_no_answer_whatever_its_headers_makes_a_slot_raise(status: int) -> None:
    clock = Clock()
    limiter = shared(clock, digest=b"odd headers")
    headers = {
        "Retry-After": "9" * 5000,
        "X-Rate-Limit-Remaining": "\x00",
        "X-Rate-Limit-Reset": "ten to four",
        "Date": "\ud800",
    }

    async def main() -> None:
        slot = await limiter.acquire("GET", PATH)
        assert slot.answered(headers, status).remaining is None
        clock.now += 2
        slot = await limiter.acquire("GET", PATH)
        slot.answered({}, 200)

    asyncio.run(main())


def test_beyond_very_many_endpoints_all_share_one_pace() -> None:
    loop = VirtualTimeLoop()
    limiter = make_limiter(loop)

    async def main() -> None:
        for number in range(2 * MOST_ENDPOINTS):
            (await limiter.acquire("GET", f"/{number}")).answered({}, 200)
            if number >= MOST_ENDPOINTS:
                await asyncio.sleep(0.2)
        *known, others = limiter.snapshot()
        assert len(known) == MOST_ENDPOINTS
        assert (others.method, others.template) == OTHER_ENDPOINTS
        assert others.windows[1].used > 60

    loop.run(main())
    [places] = limiter._pool._turnstiles.values()
    assert len(places) == MOST_ENDPOINTS + 1
