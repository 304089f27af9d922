"""Parses Python source for the tests that check it."""

import ast
import gc
from functools import cache
from pathlib import Path


@cache
def parsed(path: Path) -> ast.Module:
    """Return the syntax tree of a file."""
    return parsed_text(path.read_text(encoding="utf-8"))


def parsed_text(text: str) -> ast.Module:
    """Return the syntax tree of Python source.

    The garbage collector pauses. It may find a future whose error nobody read, and log
    it; a traceback is formatted with a parser of its own, and Python 3.11 raises
    `SystemError` when two parsers overlap.
    """
    enabled = gc.isenabled()
    gc.disable()
    try:
        return ast.parse(text)
    finally:
        if enabled:
            gc.enable()
