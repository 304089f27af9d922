"""Calls an emulator by plain HTTP, and holds both sides against the description."""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any, Final
from urllib.parse import quote, urlencode

import aiohttp
import attrs
from multidict import CIMultiDict, CIMultiDictProxy
from yarl import URL

from configcat_mgmt.emulator import Emulator
from tests.emulator.contents import Contents
from tests.emulator.raw import login
from tests.schema import Description, Json, described

NOTHING: Final = object()
PYTHON_NAME: Final = re.compile(rb"\b[a-z]+(?:_[a-z0-9]+)+\b")
"""A field or right by its Python name, which no message of the service contains."""


@attrs.frozen
class Answer:
    """What came back."""

    status: int
    headers: CIMultiDictProxy[str]
    body: bytes

    @property
    def json(self) -> Json:
        """The body, read as JSON."""
        return json.loads(self.body)


class Wire:
    """A client that knows nothing but the description."""

    def __init__(
        self,
        emulator: Emulator,
        session: aiohttp.ClientSession,
        username: str | None = None,
        password: str | None = None,
    ) -> None:
        self.emulator = emulator
        self.session = session
        self.description: Description = described()
        self.auth = login(username or emulator.username, password or emulator.password)

    def as_user(self, username: str, password: str) -> "Wire":
        """Return the same with other credentials."""
        return Wire(self.emulator, self.session, username, password)

    async def call(
        self,
        operation: str,
        body: Json = NOTHING,
        *,
        query: Mapping[str, Any] | Sequence[tuple[str, Any]] = (),
        headers: Mapping[str, str] | None = None,
        **path: object,
    ) -> Answer:
        """Call an operation; the answer has to fit the description.

        A call that is refused must not have changed anything.
        """
        endpoint = self.description.endpoints[operation]
        raw_path = endpoint.path
        for name, value in path.items():
            raw_path = raw_path.replace(f"{{{name}}}", quote(str(value), safe=""))
        text = b"" if body is NOTHING else json.dumps(body).encode()
        sent = {
            "Accept": "application/json",
            "Authorization": self.auth,
            **({} if body is NOTHING else {"Content-Type": "application/json"}),
            **(headers or {}),
        }
        pairs = list(query.items()) if isinstance(query, Mapping) else list(query)
        pairs = [(name, str(value)) for name, value in pairs]
        url = self.emulator.base_url + raw_path
        if pairs:
            url += "?" + urlencode(pairs)
        before = Contents(self.emulator.state)
        async with self.session.request(
            endpoint.method,
            URL(url, encoded=True),
            data=text or None,
            headers=sent,
            skip_auto_headers=("Content-Type",),
        ) as response:
            answer = Answer(response.status, response.headers, await response.read())
        if answer.status < 300:
            problems = self.description.request_problems(
                endpoint.method, raw_path, pairs, CIMultiDict(sent), text
            )
            assert problems == [], f"{operation} was sent wrongly"
            problems = self.description.answer_problems(
                operation, answer.status, answer.headers, answer.body
            )
            assert problems == [], f"{operation} answered wrongly"
        else:
            assert PYTHON_NAME.findall(answer.body) == []
            after = Contents(self.emulator.state)
            assert after == before, f"{operation} changed something though refused"
        return answer

    async def ok(self, operation: str, body: Json = NOTHING, **rest: Json) -> Json:
        """Call an operation that has to succeed; return its JSON, None without any."""
        answer = await self.call(operation, body, **rest)
        assert answer.status < 300, (operation, answer.status, answer.body)
        return answer.json if answer.body else None

    async def refused(
        self, operation: str, body: Json = NOTHING, **rest: Json
    ) -> dict[str, str]:
        """Call an operation that has to be refused with 400.

        Returns:
            Each field at fault with its messages as one text.
        """
        answer = await self.call(operation, body, **rest)
        assert answer.status == 400, (operation, answer.status, answer.body)
        messages: dict[str, list[str]] = answer.json
        assert messages
        assert all(isinstance(one, str) and one for m in messages.values() for one in m)
        return {name: " ".join(texts) for name, texts in messages.items()}

    async def status(self, operation: str, body: Json = NOTHING, **rest: Json) -> int:
        """Call an operation and return the status."""
        return (await self.call(operation, body, **rest)).status
