"""Finds the endpoint of a path. Calls are paced by endpoint."""

import re
from typing import Final

from configcat_mgmt.api.path_index import PATHS

VERSION: Final = re.compile(r"v[0-9]+", re.IGNORECASE)
NUMBER_OR_UUID: Final = re.compile(r"[0-9]+|[0-9a-fA-F-]{32,36}")


def template_of(method: str, path: str) -> str:
    """Return the path template of an operation, or a path without what may be an id.

    The service counts calls per endpoint, so calls that differ only in ids must share
    a template. In a path that no operation has, names and ids alternate after the
    version, as in `/v1/configs/{id}/settings/{id}`. Endpoints that differ where an id
    may be share a pace, which is safe.

    Args:
        method: HTTP method in capitals.
        path: Path after the base URL, percent-encoded.
    """
    segments = path.rstrip("/").split("/")
    for template in PATHS.get(method, ()):
        if _fits(template.split("/"), segments):
            return template
    first_id = 3 if VERSION.fullmatch("".join(segments[1:2])) else 2
    return "/".join(
        "{id}" if _may_be_id(segment, place - first_id) else segment.lower()
        for place, segment in enumerate(segments)
    )


def _fits(template: list[str], segments: list[str]) -> bool:
    return len(template) == len(segments) and all(
        part.startswith("{") or part.lower() == segment.lower()
        for part, segment in zip(template, segments, strict=True)
    )


def _may_be_id(segment: str, place: int) -> bool:
    """Judge a segment and its place, counted from the first that may be an id."""
    return (place >= 0 and place % 2 == 0) or NUMBER_OR_UUID.fullmatch(
        segment
    ) is not None
