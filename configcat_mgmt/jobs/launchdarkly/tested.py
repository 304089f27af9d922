"""Lists the attributes that the rules of a project test."""

from collections.abc import Iterator
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
    for clause in _clauses(project):
        if clause.op == SEGMENT_MATCH:
            continue
        try:
            reference = Reference.of(clause.attribute, clause.context_kind)
        except BadReferenceError:
            continue
        is_single = reference.is_key or reference.is_kind
        if not is_single and reference.path != ("anonymous",):
            found.setdefault(reference.path, {})[reference.kind] = None
    return {path: sorted(found[path]) for path in sorted(found)}


def _clauses(project: Project) -> Iterator[Clause]:
    for flag in project.flags:
        for config in flag.environments.values():
            for of_flag in config.rules:
                yield from of_flag.clauses
    for segments in project.segments.values():
        for segment in segments:
            for of_segment in segment.rules:
                yield from of_segment.clauses
