"""The blocking client in programs that fork, are interrupted, or end without closing.

Each test runs a program of `tests/scripts` with all warnings as errors.
"""

import asyncio
import contextlib
import os
import signal
import ssl
import subprocess
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Final

import pytest

from configcat_mgmt import OPERATIONS
from tests.fault_server import FaultServer, answer, held, silence
from tests.other_threads import PATIENCE_SECONDS
from tests.quick_client import TAG

SCRIPTS: Final = Path(__file__).with_name("scripts")


@contextlib.asynccontextmanager
async def running(script: str, *arguments: str) -> AsyncIterator[Process]:
    """Run a script of `tests/scripts`; it is killed if a test fails meanwhile.

    So are the children that it forked, which would hold its output open.
    """
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-X", "dev", "-W", "error"),
        str(SCRIPTS / f"{script}.py"),
        *arguments,
        stdin=PIPE,
        stdout=PIPE,
        stderr=PIPE,
        # Without the slow allocator of the development mode, which checks extensions.
        env={"PYTHONPATH": str(SCRIPTS.parent.parent), "PYTHONMALLOC": "pymalloc"},
        start_new_session=True,
    )
    try:
        yield process
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        await process.wait()


async def lines(process: Process, said: bytes = b"") -> list[str]:
    """Say something to a program, wait for its end, and return what it printed."""
    ended = process.communicate(said)
    output, errors = await asyncio.wait_for(ended, PATIENCE_SECONDS)
    assert errors.decode() == ""
    assert process.returncode == 0
    return output.decode().splitlines()


def anonymous_tls() -> ssl.SSLContext:
    """Return a context that needs no certificate."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    context.set_ciphers("aNULL:@SECLEVEL=0")
    return context


# Processes


@pytest.mark.parametrize("scheme", ["http", "https"])
async def test_a_forked_child_leaves_the_connection_of_its_parent_alone(
    scheme: str,
) -> None:
    modes = ("calls", "leaves", "drops", "refused")
    tls = anonymous_tls() if scheme == "https" else None
    async with (
        FaultServer(answer(200, TAG), tls=tls) as server,
        running("fork_and_call", server.url, *modes) as process,
    ):
        printed = await lines(process)
    assert printed.count("child ended with 0") == len(modes)
    assert printed.count("refused") == 1
    connections = {
        int(seen.target.rpartition("/")[2]): seen.connection for seen in server.seen
    }
    assert len(server.seen) == len(connections)
    for number, mode in enumerate(modes):
        before, inside, after = (connections.get(10 * number + n) for n in (1, 2, 3))
        assert before is not None
        assert before == after
        assert (inside is not None) == (mode == "calls")
        assert inside != before


async def test_a_child_forked_while_a_call_is_in_flight_makes_calls_of_its_own() -> (
    None
):
    gate = asyncio.Event()
    async with (
        FaultServer(held(gate, answer(200, TAG)), answer(200, TAG)) as server,
        running("fork_in_flight", server.url) as process,
    ):
        await server.requests(1)
        assert process.stdin is not None
        process.stdin.write(b"fork\n")
        await server.requests(2)
        gate.set()
        printed = await lines(process)
    assert sorted(printed) == [
        "child ended with 0",
        "child got blue",
        "parent got blue",
    ]
    assert server.connections == 2


@pytest.mark.parametrize("method", ["fork", "spawn"])
async def test_processes_of_multiprocessing_use_clients_of_their_own(
    method: str,
) -> None:
    async with (
        FaultServer(answer(200, TAG)) as server,
        running("multiprocess", server.url, method) as process,
    ):
        refusal, *printed = await lines(process)
    assert "is neither copied nor pickled" in refusal
    assert printed == ["child got blue", "child ended with 0", "parent got blue"]
    connections = {seen.target[-1]: seen.connection for seen in server.seen}
    assert connections["1"] == connections["3"] != connections["2"]


async def test_a_fork_waits_until_another_thread_has_loaded_what_it_needs() -> None:
    async with (
        FaultServer(answer(200, TAG)) as server,
        running("fork_while_loading", server.url) as process,
    ):
        printed = await lines(process)
    assert printed[0] == "loaded at the fork: True"
    assert sorted(printed[1:]) == [
        "child ended with 0",
        "child got blue",
        "parent got blue",
    ]


async def test_no_first_call_loads_anything_on_the_loop_thread() -> None:
    async with running("first_calls") as process:
        assert await lines(process) == [f"called {len(OPERATIONS)}"]


# Tools that replace clocks, threads and loops

GREENLETS: Final = (
    "gevent runs all threads in one, which can run the event loop of only one blocking "
    "client: close the other client, or share it"
)


@pytest.mark.parametrize(
    ("tool", "further"),
    [
        ("freezegun", ["blocking calls"]),
        (
            "gevent",
            ["greenlets got" + " blue" * 5, GREENLETS, GREENLETS, "then blue"],
        ),
        ("nest_asyncio", ["awaited calls"]),
        ("trace", []),
        ("uvloop", []),
    ],
)
async def test_paced_calls_end_where_a_tool_replaces_clocks_threads_or_loops(
    tool: str,
    further: list[str],
) -> None:
    async with (
        FaultServer(answer(200, TAG)) as server,
        running("patched", server.url, tool) as process,
    ):
        printed = await lines(process)
    assert printed == ["blocking calls", "awaited calls", *further]


def test_gevent_without_its_threads_is_refused_when_the_client_is_made() -> None:
    code = (
        "from gevent import monkey; monkey.patch_all(thread=False)\n"
        "from configcat_mgmt import ManagementClient\n"
        "ManagementClient('u', 'p')"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False
    )
    *_, last = done.stderr.splitlines()
    assert last.startswith("configcat_mgmt.errors.ConfigurationError: gevent replaced")


# Ctrl-C


async def test_ctrl_c_cancels_the_call_and_the_client_goes_on() -> None:
    async with (
        FaultServer(silence(), answer(200)) as server,
        running("interrupted", server.url, "GET") as process,
    ):
        await server.requests(1)
        process.send_signal(signal.SIGINT)
        assert await lines(process) == ["interrupted", "then OK"]
    first, second = server.seen
    assert first.connection != second.connection


async def test_ctrl_c_in_a_change_says_that_it_may_have_been_made() -> None:
    async with (
        FaultServer(silence(), answer(200)) as server,
        running("interrupted", server.url, "PUT") as process,
    ):
        await server.requests(1)
        process.send_signal(signal.SIGINT)
        warning, *rest = await lines(process)
    assert "update-tag was sent and then given up; it may have taken effect" in warning
    assert rest == ["interrupted", "then OK"]


# The end of the interpreter


@pytest.mark.parametrize(
    ("how", "expected"),
    [
        ("unused", ""),
        ("idle", "got blue"),
        ("cleans_up", "used, cleaned up"),
        ("at_exit", "got blue, got blue"),
        ("at_exit_closed", "got blue, too late"),
        ("finalizer", "got blue, got blue"),
        ("late_finalizer", "got blue, too late"),
        ("first_in_late_finalizer", "too late"),
        ("thread_goes_on", "got blue, got blue"),
    ],
)
async def test_the_interpreter_ends_quietly_with_a_client_open(
    how: str,
    expected: str,
) -> None:
    async with (
        FaultServer(answer(200, TAG)) as server,
        running("exits", server.url, how) as process,
    ):
        assert ", ".join(await lines(process)) == expected


async def test_a_first_call_at_the_exit_works_where_python_still_starts_threads() -> (
    None
):
    async with (
        FaultServer(answer(200, TAG)) as server,
        running("exits", server.url, "first_at_exit") as process,
    ):
        assert await lines(process) in (["got blue"], ["too late"])


async def test_the_interpreter_ends_quietly_with_calls_without_answer() -> None:
    async with (
        FaultServer(silence()) as server,
        running("exits", server.url, "in_flight") as process,
    ):
        await server.requests(3)
        assert await lines(process, b"leave\n") == []
        await server.quiet()


async def test_the_interpreter_ends_quietly_in_the_midst_of_calls() -> None:
    async with (
        FaultServer(answer(200, TAG)) as server,
        running("exits", server.url, "in_flight") as process,
    ):
        await server.requests(50)
        assert await lines(process, b"leave\n") == []
        await server.quiet()
