"""Assembles the body of a response within a size limit."""

import zlib
from typing import Final

GZIP_OR_ZLIB: Final = 32 + zlib.MAX_WBITS
"""Lets zlib detect by the header which of the two it reads."""
RAW_DEFLATE: Final = -zlib.MAX_WBITS
"""Tells zlib that the two bytes of header are missing, as some servers leave them out.

Source: RFC 9110, section 8.4.1.2.
"""
GZIP_MAGIC: Final = b"\x1f\x8b"
ZLIB_HEADER_BYTES: Final = 2
PIECE_BYTES: Final = 65_536
PLAIN: Final = frozenset({"", "identity"})
PACKED: Final = frozenset({"gzip", "x-gzip", "deflate"})
"""Source: RFC 9110, section 8.4.1."""


class BodyBuffer:
    """The body of one response as it arrives, decompressed and limited in size."""

    __slots__ = (
        "_chunks",
        "_head",
        "_limit",
        "_size",
        "_unpacker",
        "problem",
        "too_large",
    )

    def __init__(self, encoding: str, limit: int) -> None:
        """Start with an empty body.

        Args:
            encoding: The `Content-Encoding`, empty if there is none.
            limit: Most bytes to keep, counted after decompression.
        """
        encoding = encoding and encoding.strip().lower()
        self._limit = limit
        self._size = 0
        self._chunks: list[bytes] = []
        self._unpacker = None
        self.problem: str | None = None
        """The first problem found; None so far. After a problem, reading stops."""
        self.too_large = False
        # The first bytes of a deflated body, until they say which form it has.
        self._head = b"" if encoding == "deflate" else None
        if encoding in PACKED:
            self._unpacker = zlib.decompressobj(GZIP_OR_ZLIB)
        elif encoding not in PLAIN:
            self.problem = f"its encoding {encoding[:40]!r} was not asked for"

    def feed(self, chunk: bytes) -> None:
        """Take the next bytes off the wire."""
        if self._unpacker is None:
            self._keep(chunk)
            return
        if self._head is not None:
            self._head += chunk
            if len(self._head) < ZLIB_HEADER_BYTES:
                return
            chunk, self._head = self._head, None
            if not _has_header(chunk):
                self._unpacker = zlib.decompressobj(RAW_DEFLATE)
        try:
            # In pieces, so a decompression bomb takes no more memory than the limit.
            while not self.problem:
                piece = self._unpacker.decompress(chunk, PIECE_BYTES)
                self._keep(piece)
                if self._unpacker.eof:
                    chunk = self._unpacker.unused_data
                    if not chunk:
                        break
                    self._begin_member(chunk)
                elif len(piece) < PIECE_BYTES:
                    break
                else:
                    chunk = self._unpacker.unconsumed_tail
        except zlib.error:
            self.problem = "the compressed body cannot be decompressed"

    def _begin_member(self, rest: bytes) -> None:
        """Continue with the next member; a gzip file has one or more of them.

        Source: RFC 1952, section 2.2.
        """
        if GZIP_MAGIC.startswith(rest[: len(GZIP_MAGIC)]):
            self._unpacker = zlib.decompressobj(GZIP_OR_ZLIB)
        else:
            self.problem = self.problem or "more data follows the compressed body"

    def _keep(self, piece: bytes) -> None:
        self._size += len(piece)
        if self._size <= self._limit:
            self._chunks.append(piece)
            return
        self._chunks.clear()
        self.too_large = True
        self.problem = (
            f"the body is larger than {self._limit} bytes (max_response_bytes)"
        )

    def end(self) -> None:
        """Note that nothing more will come."""
        unpacker = self._unpacker
        begun = self._chunks or self._head
        if unpacker is not None and begun and not unpacker.eof:
            self.problem = self.problem or "the compressed body broke off"

    def content(self) -> bytes:
        """Return the bytes read so far."""
        return self._chunks[0] if len(self._chunks) == 1 else b"".join(self._chunks)


def _has_header(body: bytes) -> bool:
    """Whether a deflated body starts as zlib or gzip has it.

    Source: RFC 1950, section 2.2.
    """
    number = int.from_bytes(body[:ZLIB_HEADER_BYTES], "big")
    is_zlib = body[0] & 0x0F == zlib.DEFLATED and number % 31 == 0
    return is_zlib or body.startswith(GZIP_MAGIC)
