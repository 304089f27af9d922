"""Ids that look like the service's and are the same for the same seed."""

import base64
import hashlib
from typing import Literal, TypeAlias
from uuid import UUID

import attrs

Counter: TypeAlias = Literal[
    "setting", "webhook", "tag", "setting_tag", "permission_group", "audit_log"
]

_FIRST_NUMBER = 1001


@attrs.frozen
class Position:
    """How far a sequence of ids has come."""

    seed: int
    drawn: int
    """How many UUIDs and tokens were made."""
    numbers: dict[Counter, int]
    """The next number of each counter that was used."""


class Identifiers:
    """Gives out ids; each one only once."""

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
        """Return the next number of a kind of thing."""
        number = self._numbers.get(counter, _FIRST_NUMBER)
        self._numbers[counter] = number + 1
        return number

    def token(self, length: int) -> str:
        """Return `length` letters, digits, `-` and `_` that nobody else has."""
        text = base64.urlsafe_b64encode(self._bytes(64)).decode("ascii")
        return text[:length]

    def _bytes(self, size: int) -> bytes:
        self._drawn += 1
        text = f"{self.seed}:{self._drawn}"
        return hashlib.blake2b(text.encode(), digest_size=size).digest()
