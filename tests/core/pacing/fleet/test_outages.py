"""A Redis server that is not there, refuses, forgets, hangs and comes back."""

import asyncio
import contextlib
import logging
import socket
import threading
from collections.abc import Iterator

import pytest

from configcat_mgmt import (
    AsyncManagementClient,
    ConfigurationError,
    Options,
    PaceUnavailableError,
    RedisPace,
)
from configcat_mgmt.clock import monotonic
from configcat_mgmt.core.pacing.fleet.worker import Timing
from tests.core.pacing.fleet.members import (
    QUICK,
    Fleet,
    Judge,
    Member,
    all_end,
    cancel,
    until,
    waits,
)
from tests.fault_server import FaultServer, answer
from tests.policies import StrictLog
from tests.quick_client import TAG
from tests.redis_server import PASSWORD, RedisServer, redis_server

LIMITS = ((6, 0.3), (24, 3.0))


@contextlib.contextmanager
def answering(*replies: bytes) -> Iterator[str]:
    """Give the URL of a server that answers each command, then falls silent."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        lines: list[socket.socket] = []

        def serve() -> None:
            with contextlib.suppress(OSError):
                line = server.accept()[0]
                lines.append(line)
                for reply in replies:
                    line.recv(65536)
                    line.sendall(reply)

        thread = threading.Thread(target=serve)
        thread.start()
        yield f"redis://127.0.0.1:{server.getsockname()[1]}"
        server.shutdown(socket.SHUT_RDWR)
        for line in lines:
            line.close()
        thread.join()


OLD_INFO = b"# Server\r\nredis_version:5.0.14\r\nrun_id:abc\r\n"
OK = b"+OK\r\n"


def bulk(text: bytes) -> bytes:
    return b"$%d\r\n%s\r\n" % (len(text), text)


async def refusal(url: str) -> str:
    """Return the error of the first call."""
    with Fleet(url) as fleet, pytest.raises(ConfigurationError) as caught:
        await all_end(fleet.join().start())
    return str(caught.value)


async def each_calls(judge: Judge, members: list[Member]) -> None:
    """Let each member call once, since it does not wait for a server never reached."""
    await all_end(*(asyncio.ensure_future(judge.call(one)) for one in members))


def unused_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


async def test_a_server_that_was_never_reached_is_a_mistake_in_the_settings() -> None:
    port = unused_port()
    message = await refusal(f"redis://user:{PASSWORD}@127.0.0.1:{port}/0")
    assert message.startswith(f"Redis at 127.0.0.1:{port} cannot be reached (Error 111")
    assert "CONFIGCAT_PACE_URL" in message
    assert PASSWORD not in message


async def test_a_server_that_says_nothing_is_not_waited_for_long() -> None:
    with answering() as url:
        assert "cannot be reached (no reply within 1 s)" in await refusal(url)


async def test_an_old_server_is_refused_with_its_version() -> None:
    # Newer versions of redis-py say who they are, with two commands.
    with (
        answering(OK + OK, bulk(OLD_INFO)) as url,
        answering(bulk(OLD_INFO), bulk(OLD_INFO)) as other,
    ):
        message = await refusal(url)
        if "version" not in message:
            message = await refusal(other)
    assert message.endswith("is version 5.0.14; version 6 or newer is needed")


@pytest.mark.parametrize(
    ("login", "expected"),
    [
        (":wrong", "refuses the user name or the password"),
        ("", "refuses the user name or the password"),
        ("reader:hush", "does not let this user run all commands"),
    ],
)
async def test_a_server_that_refuses_says_what_is_missing(
    redis: RedisServer, login: str, expected: str
) -> None:
    with Fleet(redis.url).client() as admin:
        admin.acl_setuser(
            "reader",
            enabled=True,
            passwords=["+hush"],
            keys=["*"],
            commands=["+@read", "+info", "+select", "+client", "+hello"],
        )
    at = f"{login}@" if login else ""
    message = await refusal(f"redis://{at}{redis.address}/0")
    assert message.startswith(f"Redis at {redis.address} {expected}")
    assert "hush" not in message
    assert "wrong" not in message


async def test_a_right_that_is_missing_within_the_script_is_named(
    redis: RedisServer,
) -> None:
    with Fleet(redis.url).client() as admin:
        admin.acl_setuser(
            "half",
            enabled=True,
            passwords=["+hush"],
            keys=["*"],
            commands=["+@all", "-zadd"],
        )
    message = await refusal(f"redis://half:hush@{redis.address}/0")
    assert "ZADD" in message


async def test_other_data_under_the_keys_of_the_pace_is_named(crew: Fleet) -> None:
    await crew.join().call()
    with crew.client() as admin:
        for key in admin.keys("*"):
            admin.delete(key)
            admin.set(key, "other data")
    with pytest.raises(ConfigurationError, match=r"has other data.*prefix"):
        await crew.join().take()


async def test_a_cluster_is_refused_with_advice() -> None:
    bus = str(unused_port())
    with redis_server("--cluster-enabled", "yes", "--cluster-port", bus) as server:
        assert "is a cluster" in await refusal(server.url)


async def test_a_url_with_a_wrong_setting_is_refused(redis: RedisServer) -> None:
    message = await refusal(f"{redis.url}?socket_timeout=soon")
    assert "its URL has a wrong setting (ValueError)" in message


async def test_tls_to_a_plain_port_ends(redis: RedisServer) -> None:
    url = redis.url.replace("redis://", "rediss://")
    assert "cannot be reached" in await refusal(url)


async def test_calls_wait_for_a_server_that_comes_back(
    frail: RedisServer, crew: Fleet, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "configcat_mgmt")
    one, two = crew.join(LIMITS), crew.join(LIMITS)
    await one.call()
    await two.call()
    frail.stop()
    waiting = [one.start(), one.start(), two.start()]
    assert await waits(*waiting, seconds=0.4)
    assert one.limiter.outage is not None
    assert f"Redis at {frail.address} has not answered for" in one.limiter.outage
    frail.start()
    await all_end(*waiting)
    assert one.limiter.outage is None
    warnings = [r for r in caplog.records if r.levelno == logging.WARNING]
    assert len(warnings) == 2, "each process says it once"
    assert "calls wait" in warnings[0].getMessage()
    assert any("answers again after" in message for message in caplog.messages)


async def test_a_deadline_that_passes_in_an_outage_names_the_server(
    frail: RedisServer,
) -> None:
    pace = RedisPace(frail.url)
    async with (
        FaultServer(answer(200, TAG)) as server,
        AsyncManagementClient(
            "user", "password", base_url=server.url, options=Options(pace=pace)
        ) as client,
    ):
        await client.tags.get_tag(5)
        frail.stop()
        hurried = client.with_options(deadline_seconds=0.3)
        with pytest.raises(PaceUnavailableError) as caught:
            await hurried.tags.get_tag(5)
        assert len(server.seen) == 1
    assert not caught.value.sent
    message = str(caught.value)
    assert message.startswith(f"get-tag was not sent: Redis at {frail.address} has not")
    assert "on_outage='share'" in message


async def test_a_restart_with_a_file_keeps_the_places_of_processes_that_ended() -> None:
    limits = ((20, 9.0),)
    with (
        redis_server("--appendonly", "yes", "--appendfsync", "always") as server,
        Fleet(server.url) as fleet,
    ):
        ended, idle, busy = (fleet.join(limits) for _ in range(3))
        await ended.call(9)
        ended.worker.stop()
        await idle.call(2)
        await busy.call()
        await until(lambda: fleet.count("answers") == 12)
        server.stop()
        server.start()
        await all_end(busy.start(8))
        waiting = busy.start()
        assert await waits(waiting)
        await cancel(waiting)


async def test_an_idle_process_notices_a_restart_by_itself(
    frail: RedisServer, crew: Fleet
) -> None:
    idle = crew.join(((20, 9.0),))
    held = await idle.take(4)
    await idle.call(9)
    await until(lambda: crew.count("answers") == 9)
    frail.stop()
    frail.start()
    await until(lambda: crew.count("answers") == 9 and crew.count("flights") == 4)
    busy = crew.join(((20, 9.0),))
    assert len(await busy.take(7)) == 7
    waiting = busy.start()
    assert await waits(waiting)
    await cancel(waiting)
    assert len(held) == 4


async def test_nobody_gets_a_place_before_all_could_book_again(
    frail: RedisServer, crew: Fleet
) -> None:
    slow = Timing(check=0.4, retry=0.05, quiet=0.6, book=0.03, ahead=0.1)
    idle = crew.join(((20, 9.0),), timing=slow)
    await idle.call(18)
    busy = crew.join(((20, 9.0),), timing=slow)
    await busy.call()
    frail.stop()
    frail.start()
    waiting = [busy.start() for _ in range(4)]
    await until(lambda: any(task.done() for task in waiting))
    await asyncio.sleep(0)
    assert crew.count("answers") == 19, "they are there before the first new call"
    assert await waits(*waiting[1:])
    await cancel(*waiting)


async def test_no_call_is_refused_across_a_restart(
    frail: RedisServer, crew: Fleet
) -> None:
    judge = Judge(StrictLog(rules=LIMITS))
    idle = [crew.join(LIMITS) for _ in range(2)]
    await all_end(*(asyncio.ensure_future(judge.calls(m, 4)) for m in idle))
    busy = [crew.join(LIMITS) for _ in range(3)]
    await each_calls(judge, busy)
    jobs = [asyncio.ensure_future(judge.calls(m, 8)) for m in busy]
    await until(lambda: len(judge.arrivals) >= 14)
    frail.stop()
    frail.start()
    await all_end(*jobs)
    assert (judge.refused, len(judge.arrivals)) == (0, 35)


async def test_a_reply_that_was_lost_leaves_no_place_taken(
    frail: RedisServer, crew: Fleet
) -> None:
    timing = Timing(ahead=0.1, book=0.03, check=9.0, retry=0.05, quiet=0.1)
    one = crew.join(((3, 9.0),), timing=timing, lease=600.0)
    await one.call()
    await until(lambda: crew.count("answers") == 1)
    frail.freeze()
    waiting = one.start(2)
    await until(lambda: one.limiter.outage)
    assert not waiting.done()
    frail.thaw()
    await all_end(waiting)
    assert crew.count("flights") == 2


async def test_a_share_of_the_limits_is_kept_to_while_the_server_is_away(
    frail: RedisServer, caplog: pytest.LogCaptureFixture
) -> None:
    with Fleet(frail.url) as fleet:
        judge = Judge(StrictLog(rules=LIMITS))
        members = [fleet.join(LIMITS, on_outage="share", share=1 / 3) for _ in range(3)]
        await each_calls(judge, members)
        jobs = [asyncio.ensure_future(judge.calls(m, 12)) for m in members]
        await until(lambda: len(judge.arrivals) >= 9)
        frail.stop()
        await until(lambda: members[0].limiter.outage)
        at, seen = monotonic(), len(judge.arrivals)
        await until(lambda: len(judge.arrivals) >= seen + 3)
        assert judge.arrivals[-1] - at > 0.2, "nothing for one short window"
        frail.start()
        await all_end(*jobs)
        assert (judge.refused, len(judge.arrivals)) == (0, 39)
        fleet.members[0].worker.stop()
    warnings = [one for one in caplog.records if one.levelno == logging.WARNING]
    assert "calls keep to 0.333 of the limits" in warnings[0].getMessage()
    assert len(warnings) == 3


async def test_who_made_calls_alone_lets_all_book_before_anybody_goes_on(
    frail: RedisServer, crew: Fleet
) -> None:
    member = crew.join(LIMITS, on_outage="share", share=0.5)
    await member.call()
    before = crew.pause_ends()
    frail.freeze()
    waiting = member.start()
    await until(lambda: member.limiter.outage)
    frail.thaw()
    await until(lambda: member.limiter.outage is None)
    assert crew.pause_ends() > before
    await all_end(waiting)


async def test_who_knows_nothing_of_an_endpoint_waits_for_its_longest_window(
    frail: RedisServer, crew: Fleet
) -> None:
    member = crew.join(LIMITS, on_outage="share", share=0.5)
    await member.call()
    await until(lambda: crew.count("answers") == 1)
    frail.stop()
    await until(lambda: member.limiter.outage)
    [known, *_] = [asyncio.ensure_future(member.limiter.acquire("GET", "/other"))]
    assert await waits(known, seconds=0.5)
    await cancel(known)
    assert QUICK.check < 0.5
