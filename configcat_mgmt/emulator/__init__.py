"""A local ConfigCat for tests and trials.

Nothing is imported until it is used, so that a test suite that only mentions the
emulator does not pay for it.
"""

import importlib
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from configcat_mgmt.emulator.control import Control
    from configcat_mgmt.emulator.domain.limits import PlanLimits
    from configcat_mgmt.emulator.domain.records import User
    from configcat_mgmt.emulator.domain.state import Clock, State
    from configcat_mgmt.emulator.emulator import Emulator
    from configcat_mgmt.emulator.server.app import Exchange, Observer, Sleep, Timer
    from configcat_mgmt.emulator.server.counts import Counts
    from configcat_mgmt.emulator.server.faults import Fault, FaultKind, Faults
    from configcat_mgmt.emulator.server.request_log import LoggedRequest, RequestLog
    from configcat_mgmt.emulator.server.throttle import (
        DEFAULT_POLICY,
        NO_LIMITS,
        RatePolicy,
        RateRule,
    )

__all__ = [
    "DEFAULT_POLICY",
    "NO_LIMITS",
    "Clock",
    "Control",
    "Counts",
    "Emulator",
    "Exchange",
    "Fault",
    "FaultKind",
    "Faults",
    "LoggedRequest",
    "Observer",
    "PlanLimits",
    "RatePolicy",
    "RateRule",
    "RequestLog",
    "Sleep",
    "State",
    "Timer",
    "User",
]

_HOMES: Final = {
    "Clock": "domain.state",
    "Control": "control",
    "Counts": "server.counts",
    "DEFAULT_POLICY": "server.throttle",
    "Emulator": "emulator",
    "Exchange": "server.app",
    "Fault": "server.faults",
    "FaultKind": "server.faults",
    "Faults": "server.faults",
    "LoggedRequest": "server.request_log",
    "NO_LIMITS": "server.throttle",
    "Observer": "server.app",
    "PlanLimits": "domain.limits",
    "RatePolicy": "server.throttle",
    "RateRule": "server.throttle",
    "RequestLog": "server.request_log",
    "Sleep": "server.app",
    "State": "domain.state",
    "Timer": "server.app",
    "User": "domain.records",
}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        message = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(message)
    home = importlib.import_module(f"{__name__}.{_HOMES[name]}")
    value: object = getattr(home, name)
    globals()[name] = value
    return value
