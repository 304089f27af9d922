"""Makes up users who are near to what a config compares with.

Most of them have just what a rule asks for, or nearly so: a space too many, another
case, the next version, a number with a comma, one character more. Others lack what is
asked for. The same arguments always give the same users.
"""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from random import Random
from typing import Any, Final, TypeAlias

from tests.evaluator.attributes import read_number

Json = Any
Person = dict[str, object]
Comparison: TypeAlias = tuple[str, str, str]
"""Attribute, comparator and comparison value of a V1 rule or a segment."""

MISSING: Final = (None, "")
"""Attributes that count as missing, besides those that are not there."""


def comparisons_of(
    values: Json, segments: Iterable[Mapping[str, Json]]
) -> list[Comparison]:
    """Return all that a V1 config compares with, by rules and by segments.

    Args:
        values: What the API answers for the config in an environment.
        segments: The segments of the product, each as a whole.
    """
    rules = [rule for one in values["settingValues"] for rule in one["rolloutRules"]]
    asked = [*(rule for rule in rules if rule["segmentId"] is None), *segments]
    return [
        (one["comparisonAttribute"], one["comparator"], one["comparisonValue"])
        for one in asked
    ]


def people(
    comparisons: Iterable[Comparison], count: int, seed: int = 0
) -> list[Person | None]:
    """Make up users; the first is nobody in particular, the second has only an id.

    Args:
        comparisons: What they are to be near to.
        count: How many, at least 2.
        seed: Another one gives others.
    """
    near: dict[str, list[list[object]]] = {}
    for attribute, comparator, wanted in dict.fromkeys(comparisons):
        near.setdefault(attribute, []).append([*_near(comparator, wanted)])
    chooser = Random(seed)
    others = [_person(chooser, near, number) for number in range(count - 2)]
    return [None, {"Identifier": "nobody"}, *others]


def _person(
    chooser: Random, near: Mapping[str, Sequence[Sequence[object]]], number: int
) -> Person:
    person: Person = {"Identifier": f"user {number}"}
    for attribute, choices in near.items():
        if attribute == "Identifier" and number % 2:
            continue
        luck = 1.0 if attribute == "Identifier" else chooser.random()
        if luck > 0.1:
            person[attribute] = chooser.choice(chooser.choice(choices))
        elif luck > 0.05:
            person[attribute] = chooser.choice(MISSING)
    return person


def _near(comparator: str, wanted: str) -> Iterator[object]:
    """Go through attributes that fit a comparison, or fail to for odd reasons."""
    yield wanted
    for item in wanted.split(","):
        yield item
        yield item.strip()
        if comparator.startswith("semVer"):
            yield from _versions(item.strip())
        elif comparator.startswith("number"):
            yield from _numbers(wanted)
        else:
            yield from _texts(item)


def _texts(item: str) -> Iterator[object]:
    plain = item.strip()
    yield from (
        f" {plain}",
        f"{plain} ",
        f"{plain}\u00a0",
        plain.upper(),
        plain.lower(),
    )
    yield from (f"a{item}", f"{item}z", f"x {item} y", plain[1:] or "-", f"{plain},")
    yield from ("somebody else", "7", 7, 1.5, True)


def _versions(item: str) -> Iterator[object]:
    numbers, dash, rest = item.partition("-")
    yield from (f" {item} ", f"v{item}", f"{item}+build.7", f"{item}.0", f"0{item}")
    yield from (f"{numbers}-alpha", f"{numbers}-rc.10", f"{numbers}{dash}{rest}.1")
    yield from ("0.0.0", "999.0.0", "1.2", "soon", 1.2, 2)
    parts = numbers.split(".")
    for place, part in enumerate(parts):
        if part.isdigit():
            for other in (int(part) + 1, max(int(part) - 1, 0), int(part) + 10):
                yield ".".join([*parts[:place], str(other), *parts[place + 1 :]])


def _numbers(wanted: str) -> Iterator[object]:
    number = read_number(wanted)
    yield from ("many", "1.000,5", "1e2", "0x10", "NaN", -1, 0, True, float("inf"))
    if number is None or not math.isfinite(number):
        return
    step = abs(number) * 1e-12 or 1e-12
    for one in (number, number + step, number - step, number + 1, number - 1, -number):
        text = repr(one)
        yield from (one, text, text.replace(".", ","), f" {text} ")
    if number == int(number):
        yield int(number)
