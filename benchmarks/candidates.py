"""The libraries of `python -m benchmarks`, each of which does the same tasks.

This file runs as a script in the environment of one library, so only functions import
more than the standard library. It prints `{}` once it is ready. Each line of standard
input then names a count: it does its task that often, and prints the figures as JSON:
`wall` and `cpu`, the seconds for each time; `rate`, times per second; or `kept`, bytes.

Usage: python candidates.py TASK CANDIDATE PLACE

PLACE is the base URL of the server, or for large bodies the path of a JSON file.
"""

import asyncio
import contextlib
import gc
import importlib
import json
import sys
import threading
import time
import tracemalloc
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

OURS = "configcat-mgmt"
OURS_FASTER = "configcat-mgmt, speedups"
OURS_UVLOOP = "configcat-mgmt, uvloop"
OURS_TRANSPORT = "configcat-mgmt, transport alone"
AIOHTTP_MODEL = "aiohttp, with models of configcat-mgmt"
AIOHTTP_THREAD = "aiohttp, on a thread"
PYTHON_CLIENT = "openapi-python-client"
GENERATOR_ASYNCIO = "openapi-generator, asyncio"
GENERATOR_URLLIB3 = "openapi-generator, urllib3"

USER, PASSWORD = "user", "password"
BASIC = "dXNlcjpwYXNzd29yZA=="
TAG = "/v1/tags/5"
IN_FLIGHT = 50
THREADS = 10

AsyncCall = Callable[[], Awaitable[object]]
Call = Callable[[], object]
Task = Callable[[int], object]
"""Does something a number of times."""


# Calls, async


@contextlib.asynccontextmanager
async def _aiohttp_bytes(url: str) -> AsyncIterator[Callable[[], Awaitable[bytes]]]:
    import aiohttp

    async def call() -> bytes:
        async with session.get(url + TAG) as response:
            return await response.read()

    headers = {"Authorization": f"Basic {BASIC}"}
    async with aiohttp.ClientSession(headers=headers) as session:
        yield call


@contextlib.asynccontextmanager
async def _aiohttp(url: str) -> AsyncIterator[AsyncCall]:
    async with _aiohttp_bytes(url) as read:

        async def call() -> object:
            return json.loads(await read())

        yield call


@contextlib.asynccontextmanager
async def _aiohttp_model(url: str) -> AsyncIterator[AsyncCall]:
    """Decode the response, and do nothing else that the client does."""
    from configcat_mgmt.core.codec.decode import decode
    from configcat_mgmt.core.json_text import parse_json
    from configcat_mgmt.models import TagModel

    async with _aiohttp_bytes(url) as read:

        async def call() -> object:
            return decode(parse_json(await read()), TagModel)

        yield call


@contextlib.asynccontextmanager
async def _ours(url: str) -> AsyncIterator[AsyncCall]:
    from configcat_mgmt import AsyncManagementClient, Options

    options = Options(limits=None)
    async with AsyncManagementClient(
        USER, PASSWORD, base_url=url, options=options
    ) as client:
        yield lambda: client.tags.get_tag(5)


@contextlib.asynccontextmanager
async def _transport(url: str) -> AsyncIterator[AsyncCall]:
    """Send as the client does, but without retries and models: its floor."""
    from configcat_mgmt import OPERATIONS, Credentials, Options
    from configcat_mgmt.core.exchange import Answer
    from configcat_mgmt.core.http.transport import AiohttpTransport
    from configcat_mgmt.core.json_text import parse_json
    from configcat_mgmt.core.request import build

    class Attempt:
        sent = False

        def answered(self, headers: object, status: int) -> None:
            assert status == 200

    async def call() -> object:
        answer = await transport.send(request, options, 30.0, Attempt())
        assert isinstance(answer, Answer)
        return parse_json(answer.body)

    options = Options(limits=None)
    request = build(OPERATIONS["get-tag"], {"tag_id": 5})
    transport = AiohttpTransport(url, Credentials(USER, PASSWORD), None)
    yield call
    await transport.close()


@contextlib.asynccontextmanager
async def _httpx(url: str) -> AsyncIterator[AsyncCall]:
    import httpx

    async def call() -> object:
        return (await client.get(TAG)).json()

    async with httpx.AsyncClient(base_url=url, auth=(USER, PASSWORD)) as client:
        yield call


@contextlib.asynccontextmanager
async def _python_client(url: str) -> AsyncIterator[AsyncCall]:
    from peer_httpx import AuthenticatedClient
    from peer_httpx.api.tags import get_tag

    async with AuthenticatedClient(url, BASIC, prefix="Basic") as client:
        yield lambda: get_tag.asyncio(5, client=client)


@contextlib.asynccontextmanager
async def _generator_asyncio(url: str) -> AsyncIterator[AsyncCall]:
    from peer_asyncio import ApiClient, Configuration, TagsApi

    configuration = Configuration(url, username=USER, password=PASSWORD)
    async with ApiClient(configuration) as client:
        tags = TagsApi(client)
        yield lambda: tags.get_tag(5)


ASYNC: dict[str, Callable[[str], contextlib.AbstractAsyncContextManager[AsyncCall]]] = {
    "aiohttp": _aiohttp,
    OURS: _ours,
    AIOHTTP_MODEL: _aiohttp_model,
    OURS_TRANSPORT: _transport,
    "httpx": _httpx,
    PYTHON_CLIENT: _python_client,
    GENERATOR_ASYNCIO: _generator_asyncio,
}


# Calls, blocking


def _ours_blocking(url: str, stack: contextlib.ExitStack) -> Iterator[Call]:
    from configcat_mgmt import ManagementClient, Options

    yield from _of_client(ManagementClient, url, Options(limits=None), stack)


def _ours_uvloop(url: str, stack: contextlib.ExitStack) -> Iterator[Call]:
    from configcat_mgmt import ManagementClient, Options

    new_loop = importlib.import_module("uvloop").new_event_loop
    options = Options(limits=None, loop_factory=new_loop)
    yield from _of_client(ManagementClient, url, options, stack)


def _of_client(
    make: Callable[..., Any], url: str, options: object, stack: contextlib.ExitStack
) -> Iterator[Call]:
    client = make(USER, PASSWORD, base_url=url, options=options)
    stack.enter_context(client)
    while True:
        yield lambda: client.tags.get_tag(5)


def _aiohttp_thread(url: str, stack: contextlib.ExitStack) -> Iterator[Call]:
    """Let threads wait for aiohttp as asyncio offers it: the floor of such a client."""
    runner = asyncio.Runner()
    loop = runner.get_loop()
    manager = _aiohttp(url)
    call = runner.run(manager.__aenter__())
    thread = threading.Thread(target=loop.run_forever)
    thread.start()

    def end() -> None:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        runner.run(manager.__aexit__(None, None, None))
        runner.close()

    async def once() -> object:
        return await call()

    stack.callback(end)
    while True:
        yield lambda: asyncio.run_coroutine_threadsafe(once(), loop).result()


def _requests(url: str, stack: contextlib.ExitStack) -> Iterator[Call]:
    """Give each thread a session of its own, as the documentation advises."""
    import requests

    def call_of(session: requests.Session) -> Call:
        session.auth = (USER, PASSWORD)
        return lambda: session.get(url + TAG, timeout=30).json()

    while True:
        yield call_of(stack.enter_context(requests.Session()))


def _httpx_blocking(url: str, stack: contextlib.ExitStack) -> Iterator[Call]:
    import httpx

    client = httpx.Client(base_url=url, auth=(USER, PASSWORD))
    stack.enter_context(client)
    while True:
        yield lambda: client.get(TAG).json()


def _python_client_blocking(url: str, stack: contextlib.ExitStack) -> Iterator[Call]:
    from peer_httpx import AuthenticatedClient
    from peer_httpx.api.tags import get_tag

    client = AuthenticatedClient(url, BASIC, prefix="Basic")
    stack.enter_context(client)
    while True:
        yield lambda: get_tag.sync(5, client=client)


def _generator_urllib3(url: str, stack: contextlib.ExitStack) -> Iterator[Call]:
    from peer_urllib3 import ApiClient, Configuration, TagsApi

    configuration = Configuration(url, username=USER, password=PASSWORD)
    tags = TagsApi(stack.enter_context(ApiClient(configuration)))
    while True:
        yield lambda: tags.get_tag(5)


BLOCKING: dict[str, Callable[[str, contextlib.ExitStack], Iterator[Call]]] = {
    "requests": _requests,
    OURS: _ours_blocking,
    OURS_UVLOOP: _ours_uvloop,
    AIOHTTP_THREAD: _aiohttp_thread,
    "httpx": _httpx_blocking,
    PYTHON_CLIENT: _python_client_blocking,
    GENERATOR_URLLIB3: _generator_urllib3,
}
"""Makers of the calls, of which each thread takes one."""


# Large bodies


def _read_ours(text: bytes) -> object:
    from configcat_mgmt.core import json_text

    return _read_ours_with(json_text.parse_with_stdlib, text)


def _read_ours_faster(text: bytes) -> object:
    from configcat_mgmt.core import json_text

    assert json_text.fast_parser is not None, "orjson is not installed"
    return _read_ours_with(json_text.parse_json, text)


def _read_ours_with(parse: Callable[[bytes], object], text: bytes) -> object:
    from configcat_mgmt.core.codec.decode import decode
    from configcat_mgmt.gc_pause import collector_paused
    from configcat_mgmt.models import ConfigSettingFormulasModel

    with collector_paused(len(text)):
        return decode(parse(text), ConfigSettingFormulasModel)


def _read_python_client(text: bytes) -> object:
    from peer_httpx.models import ConfigSettingFormulasModel

    return ConfigSettingFormulasModel.from_dict(json.loads(text))


def _read_generator(text: bytes) -> object:
    from peer_urllib3 import ConfigSettingFormulasModel

    return ConfigSettingFormulasModel.from_dict(json.loads(text))


DECODE: dict[str, Callable[[bytes], object]] = {
    "json.loads": json.loads,
    OURS: _read_ours,
    OURS_FASTER: _read_ours_faster,
    PYTHON_CLIENT: _read_python_client,
    GENERATOR_URLLIB3: _read_generator,
}


def _write_ours(rules: list[Any]) -> Call:
    from configcat_mgmt.core.codec.decode import from_json
    from configcat_mgmt.core.codec.encode import encode_body
    from configcat_mgmt.core.json_text import dump_json
    from configcat_mgmt.models import UpdateTargetingRuleModel

    kind = list[UpdateTargetingRuleModel]
    body = from_json(rules, kind)
    return lambda: dump_json(encode_body(body, kind))


def _write_python_client(rules: list[Any]) -> Call:
    from peer_httpx.models import UpdateTargetingRuleModel

    body = [UpdateTargetingRuleModel.from_dict(rule) for rule in rules]
    return lambda: json.dumps([rule.to_dict() for rule in body]).encode()


def _write_generator(rules: list[Any]) -> Call:
    from peer_urllib3 import ApiClient, UpdateTargetingRuleModel

    body = [UpdateTargetingRuleModel.from_dict(rule) for rule in rules]
    write = ApiClient().sanitize_for_serialization
    return lambda: json.dumps(write(body)).encode()


ENCODE: dict[str, Callable[[list[Any]], Call]] = {
    "json.dumps": lambda rules: lambda: json.dumps(rules).encode(),
    OURS: _write_ours,
    PYTHON_CLIENT: _write_python_client,
    GENERATOR_URLLIB3: _write_generator,
}


# Import and first client

FIRST_CLIENT = {
    "aiohttp": """
import asyncio, aiohttp
async def make():
    await aiohttp.ClientSession().close()
asyncio.run(make())""",
    OURS: """
import configcat_mgmt
configcat_mgmt.AsyncManagementClient("user", "password")""",
    f"{OURS}, blocking": """
import configcat_mgmt
configcat_mgmt.ManagementClient("user", "password")""",
    "requests": "import requests; requests.Session()",
    "httpx": "import httpx; httpx.AsyncClient()",
    PYTHON_CLIENT: """
from peer_httpx import AuthenticatedClient
from peer_httpx.api.tags import get_tag
AuthenticatedClient("https://localhost", "x").get_async_httpx_client()""",
    GENERATOR_ASYNCIO: """
import peer_asyncio
peer_asyncio.TagsApi(peer_asyncio.ApiClient())""",
    GENERATOR_URLLIB3: """
import peer_urllib3
peer_urllib3.TagsApi(peer_urllib3.ApiClient())""",
}
"""The statements that import a library and make its first client."""

FIRST = """
import json, os, time
def resident():
    if not os.path.exists("/proc/self/statm"):
        return 0
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
before, began = resident(), time.perf_counter()
{statements}
wall = time.perf_counter() - began
print(json.dumps(dict(wall=wall, kept=resident() - before)))
"""
"""A program that measures such statements."""


# Tasks


@contextlib.contextmanager
def _async_task(candidate: str, url: str, in_flight: int) -> Iterator[Task]:
    async def work(count: int) -> None:
        for _ in range(count // in_flight):
            await call()

    async def together(count: int) -> None:
        await asyncio.gather(*(work(count) for _ in range(in_flight)))

    with asyncio.Runner() as runner:
        manager = ASYNC[candidate](url)
        call = runner.run(manager.__aenter__())
        several = work if in_flight == 1 else together
        yield lambda count: runner.run(several(count))
        runner.run(manager.__aexit__(None, None, None))


@contextlib.contextmanager
def _blocking_task(candidate: str, url: str, threads: int) -> Iterator[Task]:
    def work(call: Call, count: int) -> None:
        for _ in range(count // threads):
            call()

    with contextlib.ExitStack() as stack:
        calls = BLOCKING[candidate](url, stack)
        own = [next(calls) for _ in range(threads)]

        def together(count: int) -> None:
            if threads == 1:
                return work(own[0], count)
            running = [
                threading.Thread(target=work, args=(call, count)) for call in own
            ]
            for thread in running:
                thread.start()
            for thread in running:
                thread.join()

        yield together


@contextlib.contextmanager
def _decode_task(candidate: str, path: str) -> Iterator[Task]:
    text = Path(path).read_bytes()
    read = DECODE[candidate]
    yield lambda count: [read(text) for _ in range(count)]


@contextlib.contextmanager
def _encode_task(candidate: str, path: str) -> Iterator[Task]:
    answer = json.loads(Path(path).read_bytes())
    formulas = answer["settingFormulas"]
    write = ENCODE[candidate](
        [rule for formula in formulas for rule in formula["targetingRules"]]
    )
    yield lambda count: [write() for _ in range(count)]


TASKS: dict[str, Callable[[str, str], contextlib.AbstractContextManager[Task]]] = {
    "async": lambda candidate, url: _async_task(candidate, url, 1),
    "in-flight": lambda candidate, url: _async_task(candidate, url, IN_FLIGHT),
    "blocking": lambda candidate, url: _blocking_task(candidate, url, 1),
    "threads": lambda candidate, url: _blocking_task(candidate, url, THREADS),
    "decode": _decode_task,
    "kept": _decode_task,
    "encode": _encode_task,
}


def _timed(task: Task, count: int) -> dict[str, float]:
    gc.collect()
    began, cpu = time.perf_counter(), time.process_time()
    result = task(count)
    wall, cpu = time.perf_counter() - began, time.process_time() - cpu
    del result
    return {"wall": wall / count, "cpu": cpu / count, "rate": count / wall}


def _kept(task: Task, count: int) -> dict[str, float]:
    """Return the bytes that the result keeps."""
    gc.collect()
    tracemalloc.start()
    kept = task(count)
    gc.collect()
    size, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    del kept
    return {"kept": size}


def _main(name: str, candidate: str, place: str) -> None:
    measure = _kept if name == "kept" else _timed
    with TASKS[name](candidate, place) as task:
        print("{}", flush=True)
        for line in sys.stdin:
            print(json.dumps(measure(task, int(line))), flush=True)


if __name__ == "__main__":
    _main(*sys.argv[1:])
