"""Tests that the garbage collector is paused for large texts only, and comes back."""

import gc
import subprocess
import sys
import threading
from collections.abc import Iterator

import pytest

from configcat_mgmt.api.operations.tags import GET_TAG, GET_TAGS
from configcat_mgmt.core.decode_response import read_plain
from configcat_mgmt.core.exchange import Answer
from configcat_mgmt.errors import DecodeError
from configcat_mgmt.gc_pause import LARGE_BYTES, Pause, collector_paused
from tests.other_threads import PATIENCE_SECONDS

LARGE = LARGE_BYTES + 1


@pytest.fixture(autouse=True)
def _collector_on() -> Iterator[None]:
    gc.enable()
    yield
    gc.enable()


def test_a_small_text_leaves_it_alone() -> None:
    with collector_paused(LARGE_BYTES):
        assert gc.isenabled()


def test_a_large_text_pauses_it_until_the_end_also_after_an_error() -> None:
    with collector_paused(LARGE):
        assert not gc.isenabled()
    assert gc.isenabled()
    with pytest.raises(KeyError), collector_paused(LARGE):
        raise KeyError
    assert gc.isenabled()


def test_it_runs_again_after_a_large_response() -> None:
    response = Answer(200, {}, b"[" + b'{"tagId":1},' * 6000 + b'{"tagId":1}]')
    assert len(read_plain(GET_TAGS, response)) == 6001
    assert gc.isenabled()
    with pytest.raises(DecodeError, match="expected an object, got a list"):
        read_plain(GET_TAG, response)
    assert gc.isenabled()


def test_nested_pauses_end_with_the_outer_one() -> None:
    with collector_paused(LARGE):
        with collector_paused(LARGE):
            pass
        assert not gc.isenabled()
    assert gc.isenabled()


def test_a_collector_that_the_user_turned_off_stays_off() -> None:
    gc.disable()
    with collector_paused(LARGE):
        assert not gc.isenabled()
    assert not gc.isenabled()
    gc.enable()
    with collector_paused(LARGE):
        pass
    assert gc.isenabled()


def test_overlapping_pauses_of_two_threads_end_with_the_last() -> None:
    inside, leave = threading.Event(), threading.Event()

    def pause() -> None:
        with collector_paused(LARGE):
            inside.set()
            leave.wait(PATIENCE_SECONDS)

    thread = threading.Thread(target=pause)
    with collector_paused(LARGE):
        thread.start()
        assert inside.wait(PATIENCE_SECONDS)
    assert not gc.isenabled()
    leave.set()
    thread.join(PATIENCE_SECONDS)
    assert gc.isenabled()


def test_many_threads_leave_it_on() -> None:
    def pause() -> None:
        for _ in range(500):
            with collector_paused(LARGE):
                pass

    threads = [threading.Thread(target=pause) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE_SECONDS)
    assert gc.isenabled()


FORKING = f"""
import gc, os
from configcat_mgmt.api.operations.tags import GET_TAG, GET_TAGS
from configcat_mgmt.core.decode_response import read_plain
from configcat_mgmt.core.exchange import Answer
from configcat_mgmt.errors import DecodeError
from configcat_mgmt.gc_pause import collector_paused

with collector_paused({LARGE}):
    child = os.fork()
    if child == 0:
        assert gc.isenabled()
        with collector_paused({LARGE}):
            assert not gc.isenabled()
        os._exit(0 if gc.isenabled() else 1)
assert gc.isenabled()
assert os.waitpid(child, 0)[1] == 0
"""


def test_a_fork_ends_the_pause_and_forgets_who_was_inside() -> None:
    pause = Pause()
    pause.after_fork()
    assert gc.isenabled()
    with pause:
        pause.after_fork()
        assert gc.isenabled()
        with pause:
            assert not gc.isenabled()
        assert gc.isenabled()
    assert gc.isenabled()
    with pause:
        assert not gc.isenabled()
    assert gc.isenabled()


def test_a_child_process_made_during_a_pause_collects_again() -> None:
    command = [sys.executable, "-c", FORKING]
    subprocess.run(command, check=True, timeout=PATIENCE_SECONDS)
