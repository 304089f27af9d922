"""Ends without closing its client.

Usage: exits.py URL HOW, where HOW names one of the functions below.
"""

import atexit
import sys
import threading
from typing import NoReturn

from program import say

from configcat_mgmt import ClientClosed, ManagementClient, Options
from configcat_mgmt.portal import Portal

url, how = sys.argv[1:]
client = ManagementClient("user", "secret", base_url=url, options=Options(limits=None))


def ask(tag_id: int) -> None:
    """Make a call and say so."""
    say("got", client.tags.get_tag(tag_id).name)


def ask_or_say() -> None:
    """Make a call, or say that it is too late for it."""
    try:
        ask(5)
    except ClientClosed:
        say("too late")


def ask_for_ever() -> NoReturn:
    """Make call after call, whatever happens."""
    while True:
        client.tags.get_tag(5)


def unused() -> None:
    """Never use the client."""


def idle() -> None:
    """Leave a connection open."""
    ask(5)


def cleans_up() -> None:
    """Leave a portal open that has something to clean up."""

    async def cleanup() -> None:
        say("cleaned up")

    async def use() -> None:
        say("used")

    portal = Portal(cleanup)
    portal.run(use())
    # Else it is cleaned up when this function ends.
    sys.modules["kept"] = portal  # type: ignore[assignment]


def in_flight() -> None:
    """Leave daemon threads in the midst of calls, answered or not."""
    for _ in range(3):
        threading.Thread(target=ask_for_ever, daemon=True).start()
    sys.stdin.readline()


def at_exit() -> None:
    """Make a call in a callback that was registered before the first call."""
    atexit.register(ask, 6)
    ask(5)


def first_at_exit() -> None:
    """Make the first call in a callback."""
    atexit.register(ask_or_say)


def at_exit_closed() -> None:
    """Close in a callback, and call after that."""
    atexit.register(ask_or_say)
    atexit.register(client.close)
    ask(5)


class Asking:
    """Makes a call when it is thrown away."""

    def __del__(self) -> None:
        ask_or_say()


def finalizer() -> None:
    """Make a call in a finalizer while the client is in use."""
    ask(5)
    Asking()


def late_finalizer() -> None:
    """Make a call in a finalizer that runs when the modules are torn down."""
    ask(5)
    sys.modules["kept"] = Asking()  # type: ignore[assignment]


def first_in_late_finalizer() -> None:
    """Make the first call in such a finalizer."""
    # Loads the group: nothing can be imported any more when modules are torn down.
    assert client.tags
    sys.modules["kept"] = Asking()  # type: ignore[assignment]


def thread_goes_on() -> None:
    """Leave the main thread while another one, which is waited for, has a call left."""
    ask(5)
    threading.Thread(target=ask, args=(6,)).start()
    sys.exit()


globals()[how]()
