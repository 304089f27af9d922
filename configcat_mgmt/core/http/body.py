"""Puts the body of an answer together, within bounds."""

import zlib
from typing import Final

GZIP_OR_ZLIB: Final = 32 + zlib.MAX_WBITS
"""Tells zlib to find out by the header which of the two it reads."""
PIECE_BYTES: Final = 65_536
PLAIN: Final = frozenset({"", "identity"})
PACKED: Final = frozenset({"gzip", "x-gzip", "deflate"})
"""Source: RFC 9110, section 8.4.1."""


class BodyBuffer:
    """The body of one answer as it comes in: unpacked, and never above a limit."""

    __slots__ = ("_chunks", "_limit", "_size", "_unpacker", "problem", "too_large")

    def __init__(self, encoding: str, limit: int) -> None:
        """Begin.

        Args:
            encoding: The `Content-Encoding`, empty if there is none.
            limit: Most bytes to keep, counted after unpacking.
        """
        encoding = encoding and encoding.strip().lower()
        self._limit = limit
        self._size = 0
        self._chunks: list[bytes] = []
        self._unpacker = None
        self.problem: str | None = None
        """What is wrong, None so far if nothing; then there is no use in going on."""
        self.too_large = False
        if encoding in PACKED:
            self._unpacker = zlib.decompressobj(GZIP_OR_ZLIB)
        elif encoding not in PLAIN:
            self.problem = f"its encoding {encoding[:40]!r} was not asked for"

    def feed(self, chunk: bytes) -> None:
        """Take the next bytes off the wire."""
        if self._unpacker is None:
            self._keep(chunk)
            return
        try:
            # In pieces, so that a bomb takes no more memory than what may be kept.
            while not self.problem:
                piece = self._unpacker.decompress(chunk, PIECE_BYTES)
                self._keep(piece)
                if len(piece) < PIECE_BYTES:
                    break
                chunk = self._unpacker.unconsumed_tail
        except zlib.error:
            self.problem = "the compressed body cannot be unpacked"
        if self._unpacker.unused_data:
            # zlib would keep all that follows, without a limit.
            self.problem = self.problem or "something follows the compressed body"

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
        if unpacker is not None and self._chunks and not unpacker.eof:
            self.problem = self.problem or "the compressed body broke off"

    def content(self) -> bytes:
        """Return what was kept."""
        return self._chunks[0] if len(self._chunks) == 1 else b"".join(self._chunks)
