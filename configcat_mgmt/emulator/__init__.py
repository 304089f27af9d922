"""An emulator of the ConfigCat management service, for tests and trials.

Modules are imported when a name is first used, so importing this package costs little.
"""

from typing import TYPE_CHECKING, Final

from configcat_mgmt.lazy import load

if TYPE_CHECKING:
    from configcat_mgmt.emulator.control import Control
    from configcat_mgmt.emulator.domain.limits import PlanLimits
    from configcat_mgmt.emulator.domain.records import User
    from configcat_mgmt.emulator.domain.state import Clock
    from configcat_mgmt.emulator.emulator import Emulator
    from configcat_mgmt.emulator.server.app import Exchange, Observer, Sleep, Timer
    from configcat_mgmt.emulator.server.counts import Counts
    from configcat_mgmt.emulator.server.faults import Fault, FaultKind, Faults, Strike
    from configcat_mgmt.emulator.server.old_audit_logs import OldAuditLogs
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
    "OldAuditLogs",
    "PlanLimits",
    "RatePolicy",
    "RateRule",
    "RequestLog",
    "Sleep",
    "Strike",
    "Timer",
    "User",
]

_LAZY: Final = {
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
    "OldAuditLogs": "server.old_audit_logs",
    "PlanLimits": "domain.limits",
    "RatePolicy": "server.throttle",
    "RateRule": "server.throttle",
    "RequestLog": "server.request_log",
    "Sleep": "server.app",
    "Strike": "server.faults",
    "Timer": "server.app",
    "User": "domain.records",
}


def __getattr__(name: str) -> object:
    """Load a public name when it is first used."""
    found = globals()[name] = load(__name__, _LAZY, name)
    return found


def __dir__() -> list[str]:
    """List every public name, loaded or not."""
    return sorted(__all__)
