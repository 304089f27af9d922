"""Loads public names when they are first used (PEP 562)."""

from collections.abc import Mapping
from importlib import import_module


def load(package: str, names: Mapping[str, str], name: str) -> object:
    """Load a public name of a package.

    Args:
        package: Full name of the package.
        names: The module of the package that defines each public name; empty for a
            name that is itself a module.
        name: The name to load.

    Raises:
        AttributeError: The name is not public.
    """
    place = names.get(name)
    if place is None:
        msg = f"module {package!r} has no attribute {name!r}"
        raise AttributeError(msg)
    module = import_module(f"{package}.{place or name}")
    return getattr(module, name) if place else module
