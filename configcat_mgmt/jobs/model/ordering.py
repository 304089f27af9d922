"""The order in which a snapshot holds what the service may list in any order."""

from collections.abc import Iterable
from typing import Protocol, TypeVar


class Named(Protocol):
    """Something with a name."""

    @property
    def name(self) -> str:
        """The name."""
        ...


class Placed(Named, Protocol):
    """Something with a place among its kind, which others may share."""

    @property
    def order(self) -> int:
        """The place."""
        ...


NamedT = TypeVar("NamedT", bound=Named)
PlacedT = TypeVar("PlacedT", bound=Placed)


def by_name(things: Iterable[NamedT]) -> tuple[NamedT, ...]:
    """Return things by name, upper and lower case side by side."""
    return tuple(sorted(things, key=lambda one: (one.name.casefold(), one.name)))


def by_order(things: Iterable[PlacedT]) -> tuple[PlacedT, ...]:
    """Return things as the dashboard shows them: by place, then by name."""
    return tuple(
        sorted(things, key=lambda one: (one.order, one.name.casefold(), one.name))
    )
