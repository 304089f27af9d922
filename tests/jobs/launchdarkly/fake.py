"""LaunchDarkly's REST API, as far as an import needs it, on a thread.

It pages, refuses what is beyond the limits, and can be told to misbehave.
"""

import json
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final
from urllib.parse import parse_qs, unquote, urlsplit

import attrs

Json = Any

TOKEN: Final = "api-canary-token"
LIMITS: Final = {"flags": 100, "segments": 50, "environments": 20, "values": 100}
SECRETS: Final = ("sdk-canary", "mob-canary", "canary@example.com")
"""SDK keys and an address, which must reach no file."""


@attrs.define
class Reply:
    """An answer that takes the place of the usual one."""

    status: int = 200
    headers: dict[str, str] = attrs.field(factory=dict[str, str])
    body: bytes | None = None
    drops: bool = False
    """Whether the connection breaks in the middle of the body."""


@attrs.define
class FakeLaunchDarkly:
    """A project, and how to serve it."""

    document: Json
    address: str = ""
    has_next: bool = True
    """Whether lists of segments have a link to the next page."""
    page: int | None = None
    """Most items of a page, if the server has fewer than were asked for."""
    headers: dict[str, str] = attrs.field(factory=dict[str, str])
    """Headers of all answers."""
    requests: list[str] = attrs.field(factory=list[str])
    calls: Counter[str] = attrs.field(factory=Counter[str])
    """Requests by the first segment of their path."""
    replies: dict[int, Reply] = attrs.field(factory=dict[int, Reply])
    """Answers by the number of the request, from 1."""
    values: dict[tuple[str, str], Json] = attrs.field(
        factory=dict[tuple[str, str], Json]
    )
    """Values of attributes by environment and attribute: by kind, or an answer."""
    before: Callable[[int, str], None] = lambda _, __: None
    """Called with the number and the target of each request."""

    def answer(self, target: str, headers: Json) -> Reply:
        """Answer a request."""
        self.requests.append(target)
        number = len(self.requests)
        self.before(number, target)
        if number in self.replies:
            return self.replies[number]
        if headers.get("Authorization") != TOKEN:
            return refusal(401, "unauthorized")
        if headers.get("LD-API-Version") != "20240415":
            return refusal(403, "wrong version")
        parts = urlsplit(target)
        path = [unquote(one) for one in parts.path.split("/")[3:]]
        query = parse_qs(parts.query)
        self.calls[path[0]] += 1
        found = self.find(path, query)
        if isinstance(found, Reply):
            return found
        return Reply(body=json.dumps(found).encode())

    def find(self, path: list[str], query: Json) -> Json:
        """Return what a path has."""
        key = self.document["project"]["key"]
        if path[1:2] != [key]:
            return refusal(404, "no such project")
        match path:
            case ["projects", _]:
                return {**self.document["project"], "_links": {}}
            case ["projects", _, "environments"]:
                return self.listed("environments", self.environments(), query)
            case ["flags", _]:
                return self.flags(query)
            case ["flags", _, flag]:
                found = [f for f in self.document["flags"] if f["key"] == flag]
                return self.flag(found[0]) if found else refusal(404, "no such flag")
            case ["segments", _, environment]:
                segments = self.document["segments"].get(environment)
                if segments is None:
                    return refusal(404, "no such environment")
                return self.listed("segments", segments, query)
            case ["projects", _, "environments", environment, *rest]:
                return self.attribute(environment, rest, query)
            case _:
                return refusal(404, "no such path")

    def attribute(self, environment: str, rest: list[str], query: Json) -> Json:
        """Return the values of an attribute by kind."""
        if len(rest) != 2 or rest[0] != "context-attributes":
            return refusal(404, "no such path")
        if int(query.get("limit", ["50"])[0]) > LIMITS["values"]:
            return refusal(400, f"at most {LIMITS['values']} values")
        found = self.values.get((environment, rest[1]), {})
        if isinstance(found, Reply):
            return found
        return {
            "items": [
                {"kind": kind, "values": [{"name": v, "weight": 7} for v in values]}
                for kind, values in found.items()
            ]
        }

    def environments(self) -> list[Json]:
        """Return the environments with the secrets that they have."""
        return [
            {**one, "apiKey": SECRETS[0], "mobileKey": SECRETS[1]}
            for one in self.document["environments"]
        ]

    def flags(self, query: Json) -> Json:
        """Return a page of flags."""
        environments = query.get("env", [])
        if len(environments) > 3:
            return refusal(400, "at most 3 environments")
        state = query.get("filter", ["state:live"])[0].removeprefix("state:")
        found = [f for f in self.document["flags"] if state_of(f) == state]
        if query.get("summary") != ["0"]:
            return refusal(400, "a summary was asked for")
        return self.listed(
            "flags", [self.flag(one, environments) for one in found], query
        )

    def flag(self, flag: Json, environments: Json = None) -> Json:
        """Return a flag with some environments, all for None."""
        configs = {
            name: config
            for name, config in flag["environments"].items()
            if environments is None or name in environments
        }
        maintainer = {"_id": "m", "email": SECRETS[2]}
        return {
            "_version": 1,
            **flag,
            "environments": configs,
            "_maintainer": maintainer,
        }

    def listed(self, kind: str, items: list[Json], query: Json) -> Json:
        """Return a page of a list."""
        limit = int(query.get("limit", ["20"])[0])
        offset = int(query.get("offset", ["0"])[0])
        if limit > LIMITS[kind]:
            return refusal(400, f"at most {LIMITS[kind]} a page")
        count = min(limit, self.page or limit)
        page = items[offset : offset + count]
        links: Json = {"self": {"href": "/"}}
        is_linked = self.has_next or kind != "segments"
        if is_linked and offset + count < len(items):
            links["next"] = {"href": f"/api/v2/?offset={offset + count}"}
        total = {"totalCount": len(items)} if is_linked or self.page else {}
        return {"items": page, "_links": links, **total}


class _Server(ThreadingHTTPServer):
    """Says nothing about clients that were killed."""

    def handle_error(self, *_: object) -> None:
        """Print nothing."""


def refusal(status: int, message: str) -> Reply:
    """Return an error as the API has it."""
    body = json.dumps({"code": message, "message": message})
    return Reply(status, body=body.encode())


def state_of(flag: Json) -> str:
    """Return the state that a filter names."""
    if flag.get("archived"):
        return "archived"
    return "deprecated" if flag.get("deprecated") else "live"


@contextmanager
def serving(document: Json) -> Iterator[FakeLaunchDarkly]:
    """Serve a project on a thread."""
    fake = FakeLaunchDarkly(document)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_GET(self) -> None:
            reply = fake.answer(self.path, self.headers)
            body = reply.body or b"{}"
            self.send_response(reply.status)
            for name, text in {**fake.headers, **reply.headers}.items():
                self.send_header(name, text)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            if reply.drops:
                self.wfile.write(body[:1])
                self.close_connection = True
                return
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Print nothing."""

    server = _Server(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    fake.address = f"http://127.0.0.1:{server.server_port}"
    try:
        yield fake
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
