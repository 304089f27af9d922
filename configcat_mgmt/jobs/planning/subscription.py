"""Names the numbers of entities that the target's subscription may not allow.

The service has no operation that returns the limits on these numbers: it only refuses
an entity too many. Source: https://configcat.com/docs/subscription-plan-limits.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Final, TypeAlias

from configcat_mgmt.jobs.model.entity import Entity
from configcat_mgmt.jobs.model.snapshot import Snapshot
from configcat_mgmt.jobs.planning.builder import PlanBuilder
from configcat_mgmt.texts import counted

_Number: TypeAlias = tuple[Entity, str]
"""Kind of an entity, and the place that has a limited number of it."""

_PLANS: Final[Mapping[Entity, tuple[str, int, int]]] = {
    "environment": ("environment", 2, 50),
    "config": ("config", 10, 1000),
    "setting": ("setting", 10, 1000),
    "segment": ("segment", 2, 1000),
    "permission_group": ("permission group", 1, 100),
    "webhook": ("webhook", 1, 200),
    "integration": ("integration", 2, 100),
}
"""Name of a kind, and how many the smallest and the largest subscription allow."""


def note_numbers(builder: PlanBuilder) -> None:
    """Note numbers that grow beyond the limits of the smallest subscription."""
    numbers = Counter(_present(builder.found) if builder.found else ())
    created: set[_Number] = set()
    for step in builder.steps:
        if step.action == "create" and step.entity in _PLANS:
            number = (step.entity, _place(step.entity, step.key))
            created.add(number)
            numbers[number] += 1
    for number in sorted(created):
        entity, place = number
        name, smallest, largest = _PLANS[entity]
        if numbers[number] > smallest:
            where = f" {place}" if place else ""
            item = (
                f"{counted(numbers[number], name)}{where} ({smallest} to {largest:,})"
            )
            builder.issues.add("CC124", "Subscription", item)


def _place(entity: Entity, key: tuple[str, ...]) -> str:
    """Return the place that counts an entity, in words; empty for the product."""
    match entity:
        case "setting":
            return f"in {key[0]}"
        case "webhook":
            return f"in {key[1]}"
        case "integration":
            return f"of type {key[1]}"
        case _:
            return ""


def _present(found: Snapshot) -> Iterator[_Number]:
    """Yield an entry for each entity of the target that counts."""
    for _ in found.environments:
        yield "environment", ""
    for _ in found.segments:
        yield "segment", ""
    for _ in found.permission_groups:
        yield "permission_group", ""
    for config in found.configs:
        yield "config", ""
        for setting in config.settings:
            yield "setting", _place("setting", (config.name, setting.key))
    for hook in found.webhooks:
        yield "webhook", _place("webhook", (hook.config, hook.environment))
    for one in found.integrations:
        yield "integration", _place("integration", (one.name, one.type))
