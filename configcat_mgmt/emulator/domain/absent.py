"""Reads optional fields of request bodies, in which null counts as absent."""

from collections.abc import Sequence
from typing import TypeVar

from configcat_mgmt.unset import UnsetType

T = TypeVar("T")
D = TypeVar("D")


def given_or(value: T | UnsetType | None, default: D) -> T | D:
    """Return a member that was sent, or `default` if it is absent or null."""
    if value is None or isinstance(value, UnsetType):
        return default
    return value


def given(value: T | UnsetType | None) -> T | None:
    """Return a member that was sent, or None if it is absent or null."""
    return given_or(value, None)


def items_of(value: Sequence[T] | UnsetType | None) -> Sequence[T]:
    """Return the items of a list that was sent, or none if it is absent or null."""
    if value is None or isinstance(value, UnsetType):
        return ()
    return value
