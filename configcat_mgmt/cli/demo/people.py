"""Random users; the same seed gives the same users."""

import random

import attrs

from configcat_mgmt.emulator.seeding.realistic_targeting import (
    COUNTRIES,
    CUSTOMERS,
    DOMAINS,
)

BETA_DOMAIN = "@beta.northwind.example"
COMPANIES = 40
MOST_SEATS = 600
MISSING_SHARE = 0.05
"""Probability that a user lacks an attribute."""


@attrs.frozen
class Person:
    """A user of an application that evaluates the flags."""

    identifier: str
    email: str | None
    country: str | None
    custom: dict[str, str]


def make_people(seed: int, count: int) -> list[Person]:
    """Return users with attributes that the rules of a realistic product test.

    Args:
        seed: Any whole number.
        count: Number of users, at least 0.
    """
    rng = random.Random(f"people/{seed}")  # noqa: S311
    return [_person(rng) for _ in range(count)]


def _person(rng: random.Random) -> Person:
    identifier = f"customer-{rng.randrange(CUSTOMERS)}"
    domain = rng.choice([*DOMAINS, BETA_DOMAIN, "@elsewhere.example"])
    version = f"{rng.randint(0, 9)}.{rng.randint(0, 9)}.{rng.randint(0, 9)}"
    custom = {
        "AppVersion": version,
        "Seats": str(rng.randrange(MOST_SEATS)),
        "Company": f"Company {rng.randrange(COMPANIES)}",
    }
    return Person(
        identifier=identifier,
        email=_mostly(rng, identifier + domain),
        country=_mostly(rng, rng.choice([*COUNTRIES, "AT", "SE"])),
        custom={name: value for name, value in custom.items() if _mostly(rng, value)},
    )


def _mostly(rng: random.Random, value: str) -> str | None:
    return None if rng.random() < MISSING_SHARE else value
