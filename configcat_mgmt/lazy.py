"""Loads public names when they are first asked for (PEP 562)."""

from collections.abc import Mapping
from importlib import import_module


def load(package: str, names: Mapping[str, str], name: str) -> object:
    """Load a public name of a package, or say that there is none.

    Args:
        package: Full name of the package.
        names: The module in the package that each public name stands in; empty for a
            name that is itself a module.
        name: What is asked for.

    Raises:
        AttributeError: The name is not public.
    """
    place = names.get(name)
    if place is None:
        msg = f"module {package!r} has no attribute {name!r}"
        raise AttributeError(msg)
    module = import_module(f"{package}.{place or name}")
    return getattr(module, name) if place else module
