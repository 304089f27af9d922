"""Evaluates all flags of two products for many users, and compares the values."""

from collections.abc import Iterator, Sequence
from typing import TypeAlias

import attrs

from configcat_mgmt.cli.demo.people import Person
from configcat_mgmt.cli.demo.sdk import Details, Sdk, published, sdk_user
from configcat_mgmt.errors import JobError
from configcat_mgmt.jobs import Snapshot

Served: TypeAlias = tuple[str, object, str | None, str | None]
"""Type of the value, value, variation id and error."""

NOTHING: Served = ("", None, None, "the flag does not exist")


@attrs.frozen
class Place:
    """A config in an environment, with the SDK keys of both products."""

    config: str
    environment: str
    source_key: str = attrs.field(repr=False)
    copy_key: str = attrs.field(repr=False)


@attrs.frozen
class Unequal:
    """A flag that serves a user a different value in the copy."""

    config: str
    environment: str
    flag: str
    user: str
    source: Served
    copy: Served

    def __str__(self) -> str:
        """Describe the difference in one line."""
        return (
            f"{self.flag} of {self.config} in {self.environment} serves {self.user} "
            f"{self.copy[1:]} instead of {self.source[1:]}"
        )


@attrs.frozen
class Compared:
    """The comparison of a config in one environment on both sides."""

    evaluations: int
    """Pairs of evaluations: flags times users."""
    unequal: tuple[Unequal, ...]


def places_of(source: Snapshot, copy: Snapshot) -> list[Place]:
    """Return each config in each environment, with the SDK keys of both products.

    Args:
        source: A product that was read with its secrets.
        copy: Another product with configs and environments of the same names.

    Raises:
        JobError: The copy lacks a config, an environment or a key.
    """
    keys = {(key.config, key.environment): key.primary for key in copy.sdk_keys}
    places: list[Place] = []
    for key in source.sdk_keys:
        other = keys.get((key.config, key.environment))
        if key.primary is None or other is None:
            where = f"{key.config} in {key.environment}"
            raise JobError("evaluation", f"there is no SDK key for {where}")
        places.append(Place(key.config, key.environment, key.primary, other))
    return places


def compare(base_url: str, place: Place, people: Sequence[Person]) -> Compared:
    """Evaluate all flags for all users on both sides, with the official SDK.

    Two evaluations are equal if value, type of the value and variation id are equal and
    neither side reports an error.

    Args:
        base_url: Address that publishes both configs.
        place: The config and environment to evaluate.
        people: The users to evaluate the flags for.

    Raises:
        JobError: A published config cannot be downloaded.
    """
    evaluations = 0
    unequal: list[Unequal] = []
    with (
        published(base_url, place.source_key) as source,
        published(base_url, place.copy_key) as copy,
    ):
        for person in people:
            user = sdk_user(person)
            for flag, first, second in _pairs(source, copy, user):
                evaluations += 1
                if first != second or first[-1] is not None:
                    where = place.config, place.environment, flag
                    unequal.append(Unequal(*where, person.identifier, first, second))
    return Compared(evaluations, tuple(unequal))


def _pairs(
    source: Sdk, copy: Sdk, user: object
) -> Iterator[tuple[str, Served, Served]]:
    first, second = (
        {details.key: _served(details) for details in sdk.get_all_value_details(user)}
        for sdk in (source, copy)
    )
    for flag in sorted({*first, *second}):
        yield flag, first.get(flag, NOTHING), second.get(flag, NOTHING)


def _served(details: Details) -> Served:
    # True equals 1 and 1.0, so the types are compared as well.
    kind = type(details.value).__name__
    return kind, details.value, details.variation_id, details.error
