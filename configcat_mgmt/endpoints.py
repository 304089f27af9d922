"""Finds the endpoint of a path. Calls are paced by endpoint."""

import re

from configcat_mgmt.api.path_index import PATHS


def template_of(method: str, path: str) -> str:
    """Return the path template of an operation, or the path without its ids.

    The service counts calls per endpoint, so calls that differ only in ids must share
    a template.

    Args:
        method: HTTP method in capitals.
        path: Path after the base URL, percent-encoded.
    """
    segments = path.rstrip("/").split("/")
    for template in PATHS.get(method, ()):
        if _fits(template.split("/"), segments):
            return template
    return "/".join("{id}" if _is_id(segment) else segment for segment in segments)


def _fits(template: list[str], segments: list[str]) -> bool:
    return len(template) == len(segments) and all(
        part.startswith("{") or part.lower() == segment.lower()
        for part, segment in zip(template, segments, strict=True)
    )


def _is_id(segment: str) -> bool:
    return (
        segment.isdigit() or re.fullmatch(r"[0-9a-fA-F-]{32,36}", segment) is not None
    )
