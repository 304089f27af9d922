"""Makes paced calls where a tool has replaced clocks, threads or event loops.

Usage: patched.py URL TOOL; the tool is at work while the package is loaded.
"""

import asyncio
import contextlib
import sys
import threading
import types
import warnings

from program import say

url, tool = sys.argv[1:]
with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    if tool == "gevent":
        from gevent import joinall, monkey, spawn

        monkey.patch_all()
    elif tool == "uvloop":
        import uvloop
    elif tool == "nest_asyncio":
        import nest_asyncio
    elif tool == "freezegun":
        import freezegun


def trace(*_: object) -> types.TracebackType | object:
    """Follow every line, as debuggers and coverage do."""
    return trace


with freezegun.freeze_time() if tool == "freezegun" else contextlib.nullcontext():
    from configcat_mgmt import (
        AsyncManagementClient,
        ConfigurationError,
        ManagementClient,
        Options,
    )

    PACED = Options(limits=((2, 0.05),))

    def blocking(options: Options = PACED) -> None:
        """Make more calls than the pace lets through at once."""
        with ManagementClient("u", "p", base_url=url, options=options) as client:
            for _ in range(5):
                client.tags.get_tag(1)
        say("blocking calls")

    async def awaited() -> None:
        """Make more calls than the pace lets through at once."""
        async with AsyncManagementClient(
            "u", "p", base_url=url, options=PACED
        ) as client:
            await asyncio.gather(*(client.tags.get_tag(1) for _ in range(5)))
        say("awaited calls")

    async def nested() -> None:
        """Run loops within the running loop."""
        nest_asyncio.apply()
        blocking()
        asyncio.run(awaited())
        await awaited()

    if tool == "uvloop":
        blocking(Options(limits=PACED.limits, loop_factory=uvloop.new_event_loop))
        uvloop.run(awaited())
    elif tool == "nest_asyncio":
        asyncio.run(nested())
    else:
        if tool == "trace":
            sys.settrace(trace)
            threading.settrace(trace)
        blocking()
        asyncio.run(awaited())

if tool == "freezegun":
    # What was frozen while it loaded must not stay so.
    blocking()
if tool == "gevent":
    client = ManagementClient("u", "p", base_url=url, options=PACED)
    later = ManagementClient("u", "p", base_url=url, options=PACED)
    greenlets = [spawn(client.tags.get_tag, 1) for _ in range(5)]
    say("greenlets got", *(one.value.name for one in joinall(greenlets)))
    for refused in (lambda: later.tags.get_tag(1), lambda: ManagementClient("u", "p")):
        try:
            refused()
        except ConfigurationError as error:
            say(error)
    client.close()
    say("then", later.tags.get_tag(1).name)
    later.close()
