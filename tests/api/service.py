"""A service on this machine that answers what a test plans, and judges what it gets."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final
from urllib.parse import parse_qsl

import attrs
from aiohttp import web

from tests.schema import Description, Json, strict_json

HOST: Final = "127.0.0.1"


@attrs.frozen
class Seen:
    """One request as it came."""

    operation_id: str
    path: dict[str, str]
    query: list[tuple[str, str]]
    headers: dict[str, str]
    """Names in lower case."""
    body: Json
    """Parsed; None if there was none."""
    has_body: bool


class Service:
    """Answers every request with what is planned; one call at a time."""

    def __init__(self, description: Description) -> None:
        self.url = ""
        self.answer: tuple[int, bytes] = (500, b"")
        self.described = True
        self.problems: list[str] = []
        self.seen: list[Seen] = []
        self._description = description

    def plan(self, status: int, body: bytes = b"", *, described: bool = True) -> None:
        """Answer the next request so, and forget what was seen.

        Args:
            status: Status of the answer.
            body: JSON text; empty for no body.
            described: Whether the answer is to fit the description.
        """
        self.answer = (status, body)
        self.described = described
        self.seen, self.problems = [], []

    def only_request(self) -> Seen:
        """Return the one request since `plan`, if there is nothing wrong with it."""
        assert self.problems == [], self.problems
        (seen,) = self.seen
        return seen

    async def handle(self, request: web.Request) -> web.Response:
        """Judge and note one request, and answer as planned."""
        body = await request.read()
        url = request.rel_url
        query = parse_qsl(url.raw_query_string, keep_blank_values=True)
        self.problems += self._description.request_problems(
            request.method, url.raw_path, query, request.headers, body
        )
        try:
            endpoint, arguments = self._description.find(request.method, url.raw_path)
        except LookupError:
            return web.Response(status=404)
        headers = {name.lower(): value for name, value in request.headers.items()}
        data = strict_json(body) if body else None
        self.seen.append(
            Seen(endpoint.id, arguments, query, headers, data, bool(body)),
        )
        status, answer = self.answer
        if self.described:
            typed = {"Content-Type": "application/json"}
            self.problems += self._description.answer_problems(
                endpoint.id, status, typed if answer else {}, answer
            )
        if not answer:
            return web.Response(status=status)
        return web.Response(status=status, body=answer, content_type="application/json")


@contextmanager
def running(description: Description) -> Iterator[Service]:
    """Run a service on a thread with a loop of its own, for callers of both kinds."""
    service = Service(description)
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="test-service")
    thread.start()

    async def start() -> web.AppRunner:
        application = web.Application()
        application.router.add_route("*", "/{path:.*}", service.handle)
        runner = web.AppRunner(application)
        await runner.setup()
        await web.TCPSite(runner, HOST, 0).start()
        return runner

    try:
        runner = asyncio.run_coroutine_threadsafe(start(), loop).result()
        service.url = f"http://{HOST}:{runner.addresses[0][1]}"
        yield service
        asyncio.run_coroutine_threadsafe(runner.cleanup(), loop).result()
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()
