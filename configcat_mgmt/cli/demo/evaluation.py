"""Evaluates all flags of two products for many users, and compares the outcomes."""

from collections.abc import Iterator, Sequence
from typing import TypeAlias

import attrs

from configcat_mgmt.cli.demo.people import Person
from configcat_mgmt.cli.demo.sdk import Details, Sdk, published, sdk_user
from configcat_mgmt.errors import JobError
from configcat_mgmt.jobs import Snapshot

Served: TypeAlias = tuple[str, object, str | None, str | None]
"""Type of the value, value, variation id and error."""

NOTHING: Served = ("", None, None, "there is no such flag")


@attrs.frozen
class Place:
    """A config in an environment, with the SDK keys of both products."""

    config: str
    environment: str
    source_key: str = attrs.field(repr=False)
    copy_key: str = attrs.field(repr=False)


@attrs.frozen
class Unequal:
    """A flag that serves one user something else in the copy."""

    config: str
    environment: str
    flag: str
    user: str
    source: Served
    copy: Served

    def __str__(self) -> str:
        """Say it in a line."""
        return (
            f"{self.flag} of {self.config} in {self.environment} serves {self.user} "
            f"{self.copy[1:]} instead of {self.source[1:]}"
        )


@attrs.frozen
class Compared:
    """What came of evaluating a config in an environment on both sides."""

    evaluations: int
    """Pairs of evaluations: flags times users."""
    unequal: tuple[Unequal, ...]


def places_of(source: Snapshot, copy: Snapshot) -> list[Place]:
    """Return each config in each environment, with the SDK keys of both products.

    Args:
        source: A product that was read with its secrets.
        copy: Another one with configs and environments of the same names.

    Raises:
        JobError: The copy has no such config or environment, or a key is missing.
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

    Equal means that value, type of the value and variation id are, and that there was
    no error on either side.

    Args:
        base_url: Where both are published.
        place: What to evaluate.
        people: For whom.

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
    # True equals 1 and 1.0, so the type is told apart by itself.
    kind = type(details.value).__name__
    return kind, details.value, details.variation_id, details.error
