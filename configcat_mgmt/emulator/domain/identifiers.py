"""Ids that look like the service's and are the same for the same seed."""

import base64
import hashlib
from typing import Final, Literal, TypeAlias
from uuid import UUID

import attrs

Counter: TypeAlias = Literal[
    "setting",
    "webhook",
    "tag",
    "setting_tag",
    "permission_group",
    "audit_log",
    "change_request",
    "change_request_activity",
    "change_request_approval",
    "change_request_comment",
    "change_request_issue",
]

SEED_BITS: Final = 63
"""A seed is a whole number of so many bits."""

_FIRST_NUMBERS: Final = range(100_000, 2_000_000_000)
"""Where the numbers of a counter may begin; they have 32 bits."""


@attrs.frozen
class Position:
    """How far a sequence of ids has come."""

    seed: int
    drawn: int
    """How many UUIDs and tokens were made."""
    numbers: dict[Counter, int]
    """The next number of each counter that was used."""


class Identifiers:
    """Makes ids, each one only once."""

    def __init__(self, seed: int) -> None:
        """Start the sequence that belongs to `seed`."""
        self.seed = seed
        self._drawn = 0
        self._numbers: dict[Counter, int] = {}

    @property
    def position(self) -> Position:
        """How far the sequence has come."""
        return Position(self.seed, self._drawn, dict(self._numbers))

    @position.setter
    def position(self, position: Position) -> None:
        self.seed, self._drawn = position.seed, position.drawn
        self._numbers = dict(position.numbers)

    def uuid(self) -> UUID:
        """Return the next UUID."""
        return UUID(bytes=self._bytes(16), version=4)

    def number(self, counter: Counter) -> int:
        """Return the next number of a kind of record."""
        number = self._numbers.get(counter)
        if number is None:
            number = self._first_number(counter)
        self._numbers[counter] = number + 1
        return number

    def token(self, length: int) -> str:
        """Return a unique text of `length` letters, digits, `-` and `_`."""
        return _text(self._bytes(64))[:length]

    def _first_number(self, counter: Counter) -> int:
        digest = _digest(f"{self.seed}:{counter}", 8)
        return _FIRST_NUMBERS[int.from_bytes(digest) % len(_FIRST_NUMBERS)]

    def _bytes(self, size: int) -> bytes:
        self._drawn += 1
        return _digest(f"{self.seed}:{self._drawn}", size)


def default_password(seed: int) -> str:
    """Return the password that an emulator with this seed has by default."""
    return _text(_digest(f"{seed}:password", 16))


def _text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode("ascii").rstrip("=")


def _digest(text: str, size: int) -> bytes:
    return hashlib.blake2b(text.encode(), digest_size=size).digest()
