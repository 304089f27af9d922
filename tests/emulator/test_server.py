"""Bodies, queries and connections, as the server takes them."""

import json
from typing import Any

import pytest

from tests.emulator.contents import Contents
from tests.emulator.raw import (
    connect,
    exchange,
    head,
    read_answer,
)
from tests.emulator.shop import Shop
from tests.emulator.wire import Wire

NAME = b'{"name": "made"}'


async def create(shop: Shop, *parts: bytes, **headers: str) -> int:
    """Create a tag with a hand-written body; return the status."""
    line = f"POST /v1/products/{shop.product}/tags"
    fields = {name.replace("_", "-"): value for name, value in headers.items()}
    request = head(shop.wire.emulator, line, {**fields})
    return (await exchange(shop.wire.emulator, request, *parts)).status


@pytest.mark.parametrize(
    "kind",
    [
        "application/json",
        "application/json; charset=utf-8",
        'Application/JSON; Charset="UTF-8"',
        "text/json",
        "application/merge-patch+json",
        "application/json-patch+json; charset=utf-8",
    ],
)
async def test_json_types_are_taken(shop: Shop, kind: str) -> None:
    length = str(len(NAME))
    status = await create(shop, NAME, Content_Type=kind, Content_Length=length)
    assert status == 201


async def test_a_body_without_a_type_is_taken(shop: Shop) -> None:
    assert await create(shop, NAME, Content_Length=str(len(NAME))) == 201


@pytest.mark.parametrize(
    "kind",
    [
        "text/plain",
        "application/xml",
        "application/x-www-form-urlencoded",
        "text/html+json",
        "application/json; charset=latin-1",
    ],
)
async def test_other_types_are_refused(shop: Shop, kind: str) -> None:
    length = str(len(NAME))
    status = await create(shop, NAME, Content_Type=kind, Content_Length=length)
    assert status == 415


async def test_a_compressed_body_is_refused(shop: Shop) -> None:
    length = str(len(NAME))
    status = await create(shop, NAME, Content_Encoding="gzip", Content_Length=length)
    assert status == 415


async def test_a_body_may_come_in_chunks(shop: Shop) -> None:
    chunks = [b"%x\r\n%b\r\n" % (len(part), part) for part in (NAME[:5], NAME[5:])]
    status = await create(shop, *chunks, b"0\r\n\r\n", Transfer_Encoding="chunked")
    assert status == 201


async def test_a_client_that_waits_for_100_is_told_to_go_on(shop: Shop) -> None:
    emulator = shop.wire.emulator
    fields: dict[str, str | None] = {
        "Expect": "100-continue",
        "Content-Length": str(len(NAME)),
    }
    line = f"POST /v1/products/{shop.product}/tags"
    async with connect(emulator) as (reader, writer):
        writer.write(head(emulator, line, fields))
        assert (await read_answer(reader)).status == 100
        writer.write(NAME)
        answer = await read_answer(reader)
    assert answer.status == 201
    assert json.loads(answer.body)["name"] == "made"


async def test_other_expectations_fail(shop: Shop) -> None:
    length = str(len(NAME))
    assert await create(shop, NAME, Expect="miracle", Content_Length=length) == 417


async def test_a_connection_serves_many_requests(shop: Shop) -> None:
    emulator = shop.wire.emulator
    request = head(emulator, "GET /v1/me", {"Connection": None})
    missing = head(emulator, "GET /v1/tags/1", {"Connection": None})
    async with connect(emulator) as (reader, writer):
        writer.write(request * 3)
        for _ in range(3):
            assert (await read_answer(reader)).status == 200
        writer.write(missing + request)
        assert (await read_answer(reader)).status == 404
        assert (await read_answer(reader)).status == 200


async def test_a_body_that_announces_too_much_is_refused(shop: Shop) -> None:
    assert await create(shop, b"{", Content_Length=str(1024 * 1024 + 1)) == 413


async def test_a_body_that_never_ends_is_refused(shop: Shop) -> None:
    chunk = b"%x\r\n%b\r\n" % (65_536, b" " * 65_536)
    parts = [chunk] * 17
    assert await create(shop, *parts, Transfer_Encoding="chunked") == 413


async def test_a_body_of_a_mebibyte_is_taken(shop: Shop) -> None:
    padded = NAME + b" " * (1024 * 1024 - len(NAME))
    assert await create(shop, padded, Content_Length=str(len(padded))) == 201


BAD_BODIES: list[bytes] = [
    b"",
    b" ",
    b"{",
    b"nonsense",
    b"[]",
    b"null",
    b'"text"',
    b"5",
    b'{"name": }',
    b'{"name": NaN}',
    b'{"name": "\xff"}',
    b'{"name": "\\ud800"}',
    b'{"name": null}',
    b'{"name": 5}',
    b'{"name": ["a"]}',
    b'{"name": {"a": 1}}',
    b'{"color": "x"}',
    b'{"name": "' + b"x" * 256 + b'"}',
    b"[" * 100_000,
    b'{"name":' * 20_000,
    b'{"name": ' + b"9" * 10_000 + b"}",
    b"{'name': 'x'}",
    b'\xef\xbb\xbf{"name"',
]


@pytest.mark.parametrize("body", BAD_BODIES)
async def test_a_body_that_does_not_fit_is_refused(shop: Shop, body: bytes) -> None:
    emulator = shop.wire.emulator
    before = Contents(emulator.state)
    line = f"POST /v1/products/{shop.product}/tags"
    fields: dict[str, str | None] = {"Content-Length": str(len(body))}
    answer = await exchange(emulator, head(emulator, line, fields), body)
    assert answer.status == 400
    messages: dict[str, Any] = json.loads(answer.body)
    assert messages
    for texts in messages.values():
        assert texts
        assert all(isinstance(text, str) for text in texts)
    assert Contents(emulator.state) == before


@pytest.mark.parametrize(
    "body",
    [
        b'{"name": "x", "unknown": {"deep": [1, 2]}}',
        b'\xef\xbb\xbf{"name": "x"}',
        b'{"name": "\\ud83d\\ude00", "color": null}',
        b' \n{"name": "a", "name": "b"}\r\n',
    ],
)
async def test_an_unusual_body_that_fits_is_taken(shop: Shop, body: bytes) -> None:
    assert await create(shop, body, Content_Length=str(len(body))) == 201


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (b"{", "The body is not JSON: "),
        (b'{"name": NaN}', "The body is not usable: NaN is not JSON."),
        (b'{"name": "\\ud800"}', "The body cannot be written as JSON: half of a "),
    ],
)
async def test_the_reason_of_a_refused_body_is_a_sentence(
    shop: Shop, body: bytes, text: str
) -> None:
    line = f"POST /v1/products/{shop.product}/tags"
    fields: dict[str, str | None] = {"Content-Length": str(len(body))}
    emulator = shop.wire.emulator
    answer = await exchange(emulator, head(emulator, line, fields), body)
    assert json.loads(answer.body)["$"][0].startswith(text)


async def test_all_problems_of_a_body_are_listed(shop: Shop) -> None:
    body = {"name": "", "settingType": "date", "order": "first"}
    messages = await shop.wire.refused("create-setting", body, configId=shop.v2)
    assert messages.keys() == {"name", "settingType", "order", "key"}


async def test_a_body_where_none_is_taken_is_ignored(shop: Shop) -> None:
    emulator = shop.wire.emulator
    line = f"GET /v1/products/{shop.product}"
    fields: dict[str, str | None] = {"Content-Length": "5"}
    answer = await exchange(emulator, head(emulator, line, fields), b"hello")
    assert answer.status == 200


@pytest.mark.parametrize(
    "query",
    [
        "cleanupAuditLogs=maybe",
        "CLEANUPAUDITLOGS=1",
        "cleanupAuditLogs=" + "t" * 5000,
        "&".join(["a=1"] * 1001),
    ],
)
async def test_query_values_that_do_not_fit_are_refused(shop: Shop, query: str) -> None:
    emulator = shop.wire.emulator
    line = f"DELETE /v1/environments/{shop.test}?{query}"
    answer = await exchange(emulator, head(emulator, line))
    assert answer.status == 400
    assert json.loads(answer.body)


@pytest.mark.parametrize(
    "query",
    ["cleanupauditlogs=TRUE", "cleanupAuditLogs=", "unknown=1&&=&cleanupAuditLogs"],
)
async def test_query_values_may_be_spelled_in_many_ways(shop: Shop, query: str) -> None:
    emulator = shop.wire.emulator
    line = f"DELETE /v1/environments/{shop.test}?{query}"
    answer = await exchange(emulator, head(emulator, line))
    assert (answer.status, answer.body) == (204, b"")
    assert "content-type" not in answer.headers


async def test_requests_are_kept_for_tests_to_look_at(shop: Shop) -> None:
    emulator = shop.wire.emulator
    emulator.requests.clear()
    body = {"name": "ł"}
    await shop.wire.ok("create-tag", body, productId=shop.product)
    await shop.wire.status("get-tag", tagId=1)
    created, missing = emulator.requests
    assert (created.method, created.operation) == ("POST", "create-tag")
    assert json.loads(created.body) == body
    assert (missing.path, missing.status) == ("/v1/tags/1", 404)
    assert len(emulator.requests) == 2
    assert emulator.requests[-1] is missing


async def test_no_more_requests_are_kept_than_was_asked_for(wire: Wire) -> None:
    for _ in range(101):
        await wire.ok("get-me")
    assert len(wire.emulator.requests) == 100


async def test_a_client_that_goes_away_does_no_harm(
    shop: Shop, caplog: pytest.LogCaptureFixture
) -> None:
    emulator = shop.wire.emulator
    line = f"POST /v1/products/{shop.product}/tags"
    fields: dict[str, str | None] = {"Content-Length": "100"}
    for sent in (b"", b'{"name"'):
        async with connect(emulator) as (_, writer):
            writer.write(head(emulator, line, fields) + sent)
            await writer.drain()
            # Let the server begin to read before the client is gone.
            await shop.wire.ok("get-me")
        await shop.wire.ok("get-me")
    assert caplog.records == []


async def test_chunks_that_are_broken_are_answered_400(shop: Shop) -> None:
    status = await create(shop, b"zz\r\n{}\r\n", Transfer_Encoding="chunked")
    assert status == 400


async def test_a_body_that_is_too_slow_is_answered_408(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(
        "configcat_mgmt.emulator.server.body.BODY_TIMEOUT_SECONDS", 0.001
    )
    emulator = shop.wire.emulator
    line = f"POST /v1/products/{shop.product}/tags"
    async with connect(emulator) as (reader, writer):
        writer.write(head(emulator, line, {"Content-Length": "5"}) + b"{")
        answer = await read_answer(reader)
    assert answer.status == 408
    assert answer.headers["connection"] == "close"
    assert caplog.records == []
