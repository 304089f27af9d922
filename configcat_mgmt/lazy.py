"""Loads modules when they are first needed (PEP 562), safely beside a fork."""

import os
from _thread import RLock  # importing `threading` would double the cost
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from functools import cached_property
from importlib import import_module
from types import ModuleType
from typing import Final, Self, TypeVar, overload

T = TypeVar("T")

_loading: Final = RLock()
"""Held while a module is loaded and while the process forks.

A child forked while another thread loads a module inherits the module's lock, but no
thread that could release it. The child would wait forever to load the same module.
"""

if hasattr(os, "register_at_fork"):  # pragma: no branch - Windows does not fork
    os.register_at_fork(
        before=_loading.acquire,
        after_in_parent=_loading.release,
        after_in_child=_loading.release,
    )


@contextmanager
def _load(name: str) -> Generator[None]:
    try:
        with _loading:
            yield
    except OSError as error:
        # Loaded together with the client, so this import opens no file.
        from configcat_mgmt.shortage import check_shortage

        check_shortage(error, f"the code of {name} was not loaded")
        raise


class lazy_property(cached_property[T]):  # noqa: N801
    """A cached property that loads the module it needs."""

    @overload
    def __get__(self, instance: None, owner: type | None = None) -> Self: ...

    @overload
    def __get__(self, instance: object, owner: type | None = None) -> T: ...

    def __get__(self, instance: object, owner: type | None = None) -> Self | T:
        """Return the value; the first use makes it."""
        with _load(self.attrname or "a group"):
            return super().__get__(instance, owner)


def load_module(name: str) -> ModuleType:
    """Import a module by its full name.

    Raises:
        ConnectionFailedError: The process can open no more files.
    """
    with _load(name):
        return import_module(name)


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
    module = load_module(f"{package}.{place or name}")
    return getattr(module, name) if place else module
