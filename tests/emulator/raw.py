"""Requests written byte by byte, as clients in other languages send them."""

import asyncio
import base64
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

import attrs

from configcat_mgmt.emulator import Emulator


@attrs.frozen
class RawAnswer:
    """An answer as it came over the socket."""

    status: int
    headers: dict[str, str]
    body: bytes


def host_of(emulator: Emulator) -> str:
    """Return host and port, as they stand in a Host header."""
    return urlsplit(emulator.base_url).netloc


def login(username: str, password: str) -> str:
    """Return the value of the header `Authorization`."""
    return "Basic " + base64.b64encode(f"{username}:{password}".encode()).decode()


def authorization(emulator: Emulator) -> str:
    """Return the header that the first user sends."""
    return login(emulator.username, emulator.password)


def head(
    emulator: Emulator, line: str, headers: dict[str, str | None] | None = None
) -> bytes:
    """Write a request line and headers; None leaves a usual header out."""
    usual: dict[str, str | None] = {
        "Host": host_of(emulator),
        "Authorization": authorization(emulator),
        "Connection": "close",
        **(headers or {}),
    }
    lines = [line + " HTTP/1.1"]
    lines += [f"{name}: {value}" for name, value in usual.items() if value is not None]
    return "\r\n".join([*lines, "", ""]).encode("latin-1")


@asynccontextmanager
async def connect(
    emulator: Emulator,
) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    """Open a connection, which is cut in the end."""
    host, port = host_of(emulator).rsplit(":", 1)
    reader, writer = await asyncio.open_connection(host, int(port))
    try:
        yield reader, writer
    finally:
        writer.transport.abort()
        await asyncio.sleep(0)  # the transport closes its socket in the next turn


async def exchange(emulator: Emulator, *parts: bytes) -> RawAnswer:
    """Send bytes on a new connection, and read one answer."""
    async with connect(emulator) as (reader, writer):
        for part in parts:
            writer.write(part)
            await writer.drain()
        return await read_answer(reader)


async def read_answer(reader: asyncio.StreamReader) -> RawAnswer:
    """Read an answer whose length is known."""
    text = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    first, *lines = text.rstrip().split("\r\n")
    headers = {
        name.lower(): value.strip()
        for name, value in (line.split(":", 1) for line in lines)
    }
    body = await reader.readexactly(int(headers.get("content-length", "0")))
    return RawAnswer(int(first.split()[1]), headers, body)
