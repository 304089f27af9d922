"""Which function handles which operation."""

import importlib
from collections.abc import Callable, Mapping
from typing import Concatenate, Final, ParamSpec, TypeAlias, TypeVar

from configcat_mgmt.core.operation import Operation
from configcat_mgmt.emulator.domain.state import State

T = TypeVar("T")
P = ParamSpec("P")

Handler: TypeAlias = Callable[..., object]
"""Takes the state, then the operation's arguments by their Python names, then the body
as `body` if there is one; returns a model, a list of them, or None for no body."""

GROUPS: Final = (
    "me",
    "organizations",
    "products",
    "configs",
    "environments",
    "settings",
    "setting_values",
    "setting_values_v2",
    "segments",
    "tags",
    "permission_groups",
    "members",
    "webhooks",
    "integrations",
    "integration_links",
    "code_references",
    "proxy_profiles",
    "sdk_keys",
    "audit_logs",
    "stale_flags",
    "change_requests",
)
"""Each has a module of its name in `emulator/handlers`."""

_handlers: dict[str, Handler] = {}


def handles(
    operation: Operation[T],
) -> Callable[[Callable[Concatenate[State, P], T]], Callable[Concatenate[State, P], T]]:
    """Mark a function as the handler of an operation.

    A handler whose result is not that of the operation is a type error.
    """

    def register(
        handler: Callable[Concatenate[State, P], T],
    ) -> Callable[Concatenate[State, P], T]:
        if operation.id in _handlers:
            message = f"{operation.id} already has a handler"
            raise ValueError(message)
        _handlers[operation.id] = handler
        return handler

    return register


def all_handlers() -> Mapping[str, Handler]:
    """Load the handlers of all groups.

    Returns:
        Operation id to handler.
    """
    for group in GROUPS:
        importlib.import_module(f"configcat_mgmt.emulator.handlers.{group}")
    return dict(_handlers)
