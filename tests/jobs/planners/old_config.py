"""A product with a V1 config that has one of everything, to be converted.

Its config "Old" has a setting for every comparator with every kind of text that it is
compared with, odd ones included, and a segment for every comparator.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import cycle
from typing import Any, Final

from configcat_mgmt import AsyncManagementClient
from tests.jobs.world_making import World, empty_world
from tests.jobs.world_values import (
    OLD_COMPARATORS,
    old_rule,
    old_segment_rule,
    old_shares,
    old_value,
)

Json = Any

SERVED: Final[Mapping[str, Sequence[Json]]] = {
    "boolean": (False, True),
    "string": ("default", "ruled", "größer", "1"),
    "int": (0, 1, -7, 2**31 - 1),
    "double": (0.0, 1.0, 3.1415, -1e-7),
}
"""What settings of each type serve: by default, by a rule, and else."""

_LISTS: Final = (
    "ann@example.com",
    " ann@example.com ,bob@example.com,, Köln ,ann@example.com",
    "7,1.5,True",
)
_VERSIONS: Final = ("1.2.3", "2.0.0-rc.1+x", " 1.10.0 ")
NO_NUMBERS: Final = ("many", "1.000,5", "1e999", "NaN", "")
"""Texts that are no numbers, so that rules with them apply to nobody."""
NO_VERSIONS: Final = ("1.2", "v1.2.3")
"""Texts that are no versions, so that rules with them apply to nobody."""
NOTHING: Final = ("", " ", ",", " , ,")
"""Lists of nothing."""


def attribute_of(comparator: str) -> str:
    """Return the attribute that is compared, one for each family of comparators."""
    if comparator.startswith("semVer"):
        return "Version"
    if comparator.startswith("number"):
        return "Age"
    if comparator.endswith("OneOf"):
        return "Secret" if comparator.startswith("sensitive") else "Email"
    return "Page"


def usable(comparator: str) -> tuple[str, ...]:
    """Return texts that a comparator can be compared with."""
    if comparator.startswith("number"):
        return ("1,5", " 18 ", "-0.25", "1e3")
    if comparator in ("semVerIsOneOf", "semVerIsNotOneOf"):
        return ("1.2.3", " 1.2.3 ,2.0.0-rc.1,, 1.2.3", *_VERSIONS[1:])
    if comparator.startswith("semVer"):
        return _VERSIONS
    if comparator.endswith("OneOf"):
        return _LISTS
    return ("example.com", "a,b", " ", ", ", "Köln")


def odd(comparator: str) -> tuple[str, ...]:
    """Return texts that make a rule apply to nobody."""
    if comparator.startswith("number"):
        return NO_NUMBERS
    if comparator in ("semVerIsOneOf", "semVerIsNotOneOf"):
        more = NOTHING if comparator == "semVerIsOneOf" else ()
        return (*(f"1.2.3,{one}" for one in NO_VERSIONS), *more)
    if comparator.startswith("semVer"):
        return (*NO_VERSIONS, "")
    if comparator in ("isOneOf", "sensitiveIsOneOf"):
        return NOTHING
    return ("",) if comparator == "doesNotContain" else ()


def comparison_rules(
    comparators: Iterable[str] = OLD_COMPARATORS,
) -> Iterator[tuple[str, str]]:
    """Go through comparators and comparison values."""
    for comparator in comparators:
        for text in (*usable(comparator), *odd(comparator)):
            yield comparator, text


async def build_old_product(
    client: AsyncManagementClient,
    name: str = "To convert",
    comparators: Sequence[str] = OLD_COMPARATORS,
) -> World:
    """Make the product: 2 environments, configs "Old" and "Other".

    With all comparators it has 19 segments and 168 settings.
    """
    world = await empty_world(client, name)
    await world.environment("Production")
    await world.environment("Test")
    await world.tag("frontend", "whale")
    await world.config("Old", "v1", description="Of old", order=3)
    await world.config("Other", "v2")
    for comparator in comparators:
        text = usable(comparator)[0]
        await world.segment(comparator, attribute_of(comparator), comparator, text)
    await world.segment("Nobody", "Age", "numberLess", "many")
    await _settings(world, comparators)
    await _surroundings(world)
    return world


async def _settings(world: World, comparators: Sequence[str]) -> None:
    kinds = cycle(SERVED)
    values: dict[int, Json] = {}
    for number, (comparator, text) in enumerate(comparison_rules(comparators)):
        kind = next(kinds)
        default, ruled, *_ = SERVED[kind]
        rule = old_rule(ruled, attribute_of(comparator), comparator, text)
        setting = await world.setting("Old", f"{comparator}{number}", kind)
        values[setting] = old_value(default, rule)
    for name, segment in world.segments.items():
        for comparator in ("isIn", "isNotIn"):
            rule = old_segment_rule(True, segment, comparator)
            setting = await world.setting("Old", f"{comparator}_{name}")
            values[setting] = old_value(False, rule)
    for kind in SERVED:
        place = {"order": 5, "tags": ["frontend"], "name": f"Split {kind}"}
        setting = await world.setting("Old", f"split_{kind}", kind, **place)
        values[setting] = _split(world, kind)
    await world.client.call(
        "post-setting-values",
        config_id=world.configs["Old"],
        environment_id=world.environments["Production"],
        body={
            "settingValues": [
                {"settingId": setting, **value} for setting, value in values.items()
            ]
        },
    )


def _split(world: World, kind: str) -> Json:
    """Return a value with rules, some of which apply to nobody, and a split."""
    default, *others = served = SERVED[kind]
    percentage_options = [(30, others[0]), (70, default)]
    if kind != "boolean":
        percentage_options = list(zip((20, 0, 45, 35), served, strict=True))
    return old_value(
        default,
        old_rule(others[0], "Age", "numberGreater", "many"),
        old_rule(others[0], "Email", "isOneOf", "bob@example.com"),
        old_rule(others[-1], "Email", "isOneOf", ",,"),
        old_segment_rule(others[-1], world.segments["isOneOf"]),
        percentage_options=old_shares(*percentage_options),
    )


async def _surroundings(world: World) -> None:
    await world.setting("Other", "otherFlag")
    await world.link("Old", "split_int", "Test", "trello", "card-1", url="https://t.co")
    await world.webhook(
        "Old",
        "Production",
        "https://hooks.example/old",
        httpMethod="post",
        content="##ConfigName##",
        webHookHeaders=[{"key": "X-Team", "value": "canary-team", "isSecure": False}],
    )
    await world.webhook("Old", "Test", "https://hooks.example/old")
    await world.webhook("Other", "Test", "https://hooks.example/other")
    await world.integration("Everywhere", "slack")
    places = {"environments": ["Production"], "configs": ["Old"]}
    await world.integration("Of the old one", "dataDog", **places)
    await world.integration("Of another", "amplitude", configs=["Other"])
