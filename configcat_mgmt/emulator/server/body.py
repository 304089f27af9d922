"""The request body: bounded, read from the wire, and decoded."""

import asyncio
from typing import TYPE_CHECKING, Final

from configcat_mgmt.core.json_text import dump_json, parse_json
from configcat_mgmt.core.operation import Operation
from configcat_mgmt.emulator.domain.problems import decode
from configcat_mgmt.emulator.domain.refusals import Refused
from configcat_mgmt.emulator.domain.request_json import exact_json

if TYPE_CHECKING:
    from aiohttp import StreamReader, web

MAX_BODY_BYTES: Final = 1024 * 1024
"""Larger bodies are refused."""

BODY_TIMEOUT_SECONDS: Final = 30.0
"""How long a client may take to send a body."""

_CONTINUE: Final = b"HTTP/1.1 100 Continue\r\n\r\n"
_MEDIA_TYPES: Final = frozenset({"application/json", "text/json"})
_CHARSETS: Final = {
    "utf-8": "utf-8",
    "utf8": "utf-8",
    "us-ascii": "utf-8",
    "utf-16": "utf-16",
    "utf-16le": "utf-16-le",
}
"""The codecs by the charsets that ASP.NET Core takes for JSON, and their aliases."""


class BodyError(Exception):
    """The body cannot be taken at all.

    Attributes:
        status: The HTTP status of the response.
    """

    def __init__(self, status: int, message: str) -> None:
        """State the reason as a sentence."""
        super().__init__(message)
        self.status = status


async def read_body(request: "web.BaseRequest") -> bytes:
    """Read the whole body.

    Raises:
        BodyError: It is too large, too slow, or compressed, or the client expects an
            unsupported feature.
    """
    length = request.content_length
    if length is not None and length > MAX_BODY_BYTES:
        raise _too_large()
    if request.headers.get("Content-Encoding", "identity").lower() != "identity":
        raise BodyError(415, "Send the body without compression.")
    expectation = request.headers.get("Expect")
    if expectation is not None:
        await _answer_expectation(request, expectation)
    content = request.content
    try:
        if content.is_eof():
            # All of it is there already, which saves a timer on most requests.
            return await _read_all(content)
        return await asyncio.wait_for(_read_all(content), BODY_TIMEOUT_SECONDS)
    except BodyError:
        raise
    except TimeoutError:
        raise BodyError(408, "The body did not arrive in time.") from None
    except Exception as error:
        # aiohttp passes on any exception of its parser and of the socket.
        message = f"The body cannot be read: {type(error).__name__}."
        raise BodyError(400, message) from error


def decode_body(operation: Operation[object], text: bytes, content_type: str) -> object:
    """Decode a body as the model that the operation takes.

    Args:
        operation: An operation with a body.
        text: The body; empty if none was sent.
        content_type: The header as it was sent, or an empty text.

    Returns:
        The model, or None if no body was sent and none is needed.

    Raises:
        BodyError: The media type is not JSON in UTF-8 or UTF-16.
        Refused: The body is not JSON, lacks something, or has something that does not
            fit.
    """
    if not text.strip():
        if operation.body_required:
            raise Refused((), "The request needs a body.")
        return None
    charset = _charset(content_type)
    try:
        if charset != "utf-8":
            text = text.decode(charset).encode()
        data = parse_json(text)
    except ValueError as error:
        raise Refused((), f"The body is {error}.") from None
    if b"\\u" in text:
        # Half a surrogate pair could be taken in but never be sent back.
        try:
            dump_json(data)
        except ValueError as error:
            raise Refused((), f"The body {error}.") from None
    exact = exact_json(data, operation.body)
    return decode(exact, operation.body, unknown="ignore")


async def _read_all(content: "StreamReader") -> bytes:
    chunks: list[bytes] = []
    size = 0
    while chunk := await content.readany():
        size += len(chunk)
        if size > MAX_BODY_BYTES:
            raise _too_large()
        chunks.append(chunk)
    return b"".join(chunks)


async def _answer_expectation(request: "web.BaseRequest", expectation: str) -> None:
    if expectation.lower() != "100-continue":
        raise BodyError(417, "The only supported expectation is 100-continue.")
    if request.writer.output_size == 0:
        await request.writer.write(_CONTINUE)
        # These bytes are not part of the response body.
        request.writer.output_size = 0


def _charset(content_type: str) -> str:
    """Return the codec of a JSON body."""
    media_type, _, parameters = content_type.lower().partition(";")
    media_type = media_type.strip()
    is_json = media_type in _MEDIA_TYPES or (
        media_type.startswith("application/") and media_type.endswith("+json")
    )
    if media_type and not is_json:
        raise BodyError(415, "Send the body as application/json.")
    for parameter in parameters.split(";"):
        name, _, value = parameter.partition("=")
        if name.strip() == "charset":
            charset = _CHARSETS.get(value.strip().strip('"'))
            if charset is None:
                raise BodyError(415, "Send the body in UTF-8.")
            return charset
    return "utf-8"


def _too_large() -> BodyError:
    return BodyError(413, f"A body may have at most {MAX_BODY_BYTES} bytes.")
