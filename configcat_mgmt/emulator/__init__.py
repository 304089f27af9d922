"""A local ConfigCat for tests and trials.

Nothing is imported until it is used, so that a test suite that only mentions the
emulator does not pay for it.
"""

import importlib
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from configcat_mgmt.emulator.domain.limits import PlanLimits
    from configcat_mgmt.emulator.emulator import Emulator
    from configcat_mgmt.emulator.server.faults import Fault, FaultKind
    from configcat_mgmt.emulator.server.throttle import (
        DEFAULT_POLICY,
        NO_LIMITS,
        RatePolicy,
        RateRule,
    )

__all__ = [
    "DEFAULT_POLICY",
    "NO_LIMITS",
    "Emulator",
    "Fault",
    "FaultKind",
    "PlanLimits",
    "RatePolicy",
    "RateRule",
]

_HOMES: Final = {
    "DEFAULT_POLICY": "server.throttle",
    "Emulator": "emulator",
    "Fault": "server.faults",
    "FaultKind": "server.faults",
    "NO_LIMITS": "server.throttle",
    "PlanLimits": "domain.limits",
    "RatePolicy": "server.throttle",
    "RateRule": "server.throttle",
}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        message = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(message)
    home = importlib.import_module(f"{__name__}.{_HOMES[name]}")
    value: object = getattr(home, name)
    globals()[name] = value
    return value
