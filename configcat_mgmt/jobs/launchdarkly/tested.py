"""Lists the attributes that the rules of a project test."""

from collections.abc import Iterable, Iterator
from typing import TypeAlias

from configcat_mgmt.jobs.launchdarkly.attributes import BadReferenceError, Reference
from configcat_mgmt.jobs.launchdarkly.clauses import SEGMENT_MATCH
from configcat_mgmt.jobs.launchdarkly.model import Clause, Project

Path: TypeAlias = tuple[str, ...]
"""Names from the outermost to the innermost."""


def tested_attributes(project: Project) -> dict[Path, list[str]]:
    """Return the attributes that may hold lists, with the kinds of their contexts.

    Args:
        project: A project; rules count also where targeting is off.
    """
    found: dict[Path, dict[str, None]] = {}
    for _, reference in with_references(_clauses(project)):
        is_single = reference.is_key or reference.is_kind
        if not is_single and reference.path != ("anonymous",):
            found.setdefault(reference.path, {})[reference.kind] = None
    return {path: sorted(found[path]) for path in sorted(found)}


def with_references(clauses: Iterable[Clause]) -> Iterator[tuple[Clause, Reference]]:
    """Yield the clauses that test an attribute, with a reference that can be read."""
    for clause in clauses:
        if clause.op == SEGMENT_MATCH:
            continue
        try:
            yield clause, Reference.of(clause.attribute, clause.context_kind)
        except BadReferenceError:
            continue


def _clauses(project: Project) -> Iterator[Clause]:
    for flag in project.flags:
        for config in flag.environments.values():
            for of_flag in config.rules:
                yield from of_flag.clauses
    for segments in project.segments.values():
        for segment in segments:
            for of_segment in segment.rules:
                yield from of_segment.clauses
