"""Decides which file a model lives in, and in which order models are defined."""

from collections.abc import Iterable, Mapping

from configcat_mgmt.codegen.description import Description, Schema
from configcat_mgmt.codegen.node import DescriptionError

COMMON = "common"


def model_files(description: Description) -> dict[str, str]:
    """Return the file (a group, or `common`) of each schema.

    A schema lives with its group if only that group reaches it, through any depth.
    Reach is transitive, so a group's file needs `common` at most, `common` needs no
    other file, and no circle can arise.
    """
    reached_by: dict[str, set[str]] = {name: set() for name in description.schemas}
    for operation in description.operations:
        for name in reachable(operation.references(), description.schemas):
            reached_by[name].add(operation.group)
    return {
        name: next(iter(groups)) if len(groups) == 1 else COMMON
        for name, groups in reached_by.items()
    }


def reachable(names: Iterable[str], schemas: Mapping[str, Schema]) -> set[str]:
    """Return `names` and every schema that they mention, through any depth."""
    found: set[str] = set()
    waiting = list(names)
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting.extend(schemas[name].references())
    return found


def definition_order(schemas: Mapping[str, Schema]) -> list[Schema]:
    """Return all schemas, each after those it mentions, else in document order.

    Raises:
        DescriptionError: Schemas mention each other in a circle.
    """
    ordered: dict[str, Schema] = {}
    for name in schemas:
        _place(name, schemas, ordered, ())
    return list(ordered.values())


def _place(
    name: str,
    schemas: Mapping[str, Schema],
    ordered: dict[str, Schema],
    path: tuple[str, ...],
) -> None:
    if name in ordered:
        return
    if name in path:
        circle = " -> ".join((*path[path.index(name) :], name))
        raise DescriptionError(
            f"components.schemas: circles are not supported: {circle}",
        )
    for reference in schemas[name].references():
        _place(reference, schemas, ordered, (*path, name))
    ordered[name] = schemas[name]
