"""Finds links of the site that lead nowhere."""

import posixpath
import re
from collections.abc import Mapping
from typing import Final

_LINK: Final = re.compile(r'\bhref="([^":$]*)"')
"""A link within the site: without a scheme, and not made by a script."""
_ANCHOR: Final = re.compile(r'\bid="([^"]+)"')


def dead_links(pages: Mapping[str, str]) -> list[str]:
    """Return the links to pages or anchors that do not exist.

    Args:
        pages: HTML of each page by its path, such as `configcat_mgmt/jobs.html`.

    Returns:
        list of str, sorted: each as `page: link`.
    """
    anchors = {path: {*_ANCHOR.findall(text)} for path, text in pages.items()}
    dead: set[str] = set()
    for path, text in pages.items():
        for link in _LINK.findall(text):
            name, _, anchor = link.partition("#")
            place = posixpath.join(posixpath.dirname(path), name)
            target = posixpath.normpath(place) if name else path
            if anchor not in {"", *anchors.get(target, ())} or target not in anchors:
                dead.add(f"{path}: {link}")
    return sorted(dead)
