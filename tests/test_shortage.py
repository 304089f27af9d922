"""Calls of a process that has no open file or thread left."""

import asyncio
import contextlib
import os
import resource
import socket
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from configcat_mgmt import (
    AsyncManagementClient,
    ConnectionFailedError,
    ManagementClient,
)
from configcat_mgmt.errors import ConfigCatManagementError
from configcat_mgmt.lazy import lazy_property, load_module
from configcat_mgmt.shortage import check_shortage, no_file_left, shortage
from tests.fault_server import FaultServer, answer, in_thread
from tests.quick_client import CALLS, PASSWORD, TAG, USER, quick_client, with_changes

ONCE = with_changes(max_attempts=1)
# Loaded here, as the tests take away the files that loading them takes.
for _module in ("api.aio.tags", "api.sync.tags"):
    load_module(f"configcat_mgmt.{_module}")


@contextlib.contextmanager
def files_left(count: int) -> Iterator[None]:
    """Let the process open only so many more files."""
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    held: list[int] = []
    resource.setrlimit(resource.RLIMIT_NOFILE, (256, before[1]))
    try:
        with contextlib.suppress(OSError):
            while True:
                held.append(os.open(os.devnull, os.O_RDONLY))
        for _ in range(count):
            os.close(held.pop())
        yield
    finally:
        for number in held:
            os.close(number)
        resource.setrlimit(resource.RLIMIT_NOFILE, before)


def new_loop() -> asyncio.AbstractEventLoop:
    """Make a loop, unless its sockets cannot be made: it would stay half made then."""
    for end in socket.socketpair():
        end.close()
    return asyncio.new_event_loop()


@pytest.mark.parametrize("count", [0, 1])
def test_a_blocking_client_says_that_no_file_is_left_for_its_event_loop(
    count: int,
) -> None:
    options = with_changes(loop_factory=new_loop)
    with (
        in_thread(answer(200, TAG)) as server,
        ManagementClient(
            USER, PASSWORD, base_url=server.url, options=options
        ) as client,
    ):
        tags = client.tags
        with files_left(count):
            assert no_file_left() is (count == 0)
            with pytest.raises(ConnectionFailedError, match="ulimit -n") as caught:
                tags.get_tag(5)
        assert (caught.value.attempts, caught.value.sent) == (0, False)
        assert str(caught.value).startswith("call was not sent: the event loop")
        assert tags.get_tag(5).name == "blue"


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
@pytest.mark.parametrize("kind", ["read", "create"])
async def test_a_call_says_that_no_file_is_left_for_its_connection(
    host: str,
    kind: str,
) -> None:
    async with FaultServer(answer(200, TAG)) as server:
        url = f"http://{host}:{server.port}"
        client = AsyncManagementClient(USER, PASSWORD, base_url=url, options=ONCE)
        async with client:
            refused = pytest.raises(ConnectionFailedError, match="ulimit -n")
            with refused as caught, files_left(0):
                await CALLS[kind](client)
            assert (caught.value.attempts, caught.value.sent) == (1, False)
            await client.tags.get_tag(5)


async def test_a_call_says_that_no_thread_can_be_started_for_the_lookup_of_a_name(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refuse(thread: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    async with FaultServer(answer(200, TAG)) as server:
        url = f"http://localhost:{server.port}"
        client = AsyncManagementClient(USER, PASSWORD, base_url=url, options=ONCE)
        async with client:
            with monkeypatch.context() as patch:
                patch.setattr(threading.Thread, "start", refuse)
                with pytest.raises(ConnectionFailedError, match="ulimit -u"):
                    await client.tags.get_tag(5)
            await client.tags.get_tag(5)


class Books:
    @lazy_property
    def first(self) -> object:
        from book_of_a_test import TITLE  # type: ignore[import-not-found]

        return TITLE


def test_code_that_cannot_be_loaded_for_want_of_a_file_is_loaded_later(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.syspath_prepend(tmp_path)
    (tmp_path / "book_of_a_test.py").write_text("TITLE = 7", encoding="utf-8")
    books = Books()
    for load in (lambda: books.first, lambda: load_module("book_of_a_test")):
        with files_left(0), pytest.raises(ConnectionFailedError, match="ulimit -n"):
            load()
    assert books.first == load_module("book_of_a_test").TITLE == 7
    monkeypatch.delitem(sys.modules, "book_of_a_test")
    with pytest.raises(ModuleNotFoundError):
        load_module("another_book_of_a_test")


async def test_a_call_is_tried_again_as_files_may_become_free() -> None:
    async with FaultServer(answer(200, TAG)) as server, quick_client(server) as client:
        with files_left(0):
            call = asyncio.ensure_future(client.tags.get_tag(5))
            await asyncio.sleep(0)
        assert (await call).name == "blue"


def test_other_errors_are_no_shortage() -> None:
    for error in (OSError(), OSError(2, "x"), RuntimeError("x"), ValueError("ulimit")):
        assert shortage(error) is None
        check_shortage(error, "nothing")
    with pytest.raises(ConfigCatManagementError, match="x failed"):
        check_shortage(OSError(23, "x"), "x failed")
