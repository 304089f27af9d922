"""Options, progress and listeners of a bulk run."""

from collections.abc import Callable, Mapping
from typing import Final, TypeAlias

import attrs

from configcat_mgmt.checked import checked
from configcat_mgmt.errors import ConfigurationError
from configcat_mgmt.jobs.bulk.calls import Ending, Outcome

IN_FLIGHT: Final = 200
"""Calls that have begun and whose outcome the caller has not received; most of them
wait for their turn. Enough to keep ten endpoints busy at once."""


def _at_least_one(_: object, __: object, in_flight: int) -> None:
    if in_flight < 1:
        raise ConfigurationError("in_flight must be at least 1, or nothing would begin")


def _not_negative(_: object, __: object, seconds: float) -> None:
    if seconds < 0:
        raise ConfigurationError("linger_seconds must not be negative")


@checked
@attrs.frozen
class BulkOptions:
    """Options of a bulk run.

    Attributes:
        in_flight (int): Maximum number of calls that have begun and whose outcome the
            caller has not received, at least 1; memory grows with it. Default: 200.
        ordered (bool): Yield outcomes in the order of the calls, not as they finish.
            Default: False.
        stop_on_error (bool): Send nothing more after the first failed call; calls in
            flight finish. Default: False.
        repeat_unknown (bool): Send calls again whose outcome is unknown and cannot be
            found out, even if that may do them twice. Default: False.
        linger_seconds (float): Time in seconds for which a call without a response may
            still be on its way to the service. A creation is looked for after this
            time. Default: 10.0.
    """

    in_flight: int = attrs.field(default=IN_FLIGHT, validator=_at_least_one)
    """Maximum number of calls that have begun and whose outcome the caller has not
    received, at least 1; memory grows with it."""
    ordered: bool = False
    """Yield outcomes in the order of the calls, not as they finish."""
    stop_on_error: bool = False
    """Send nothing more after the first failed call; calls in flight finish."""
    repeat_unknown: bool = False
    """Send calls again whose outcome is unknown and cannot be found out, even if that
    may do them twice."""
    linger_seconds: float = attrs.field(default=10.0, validator=_not_negative)
    """Time in seconds for which a call without a response may still be on its way to
    the service."""


@attrs.frozen
class BulkProgress:
    """Progress of a run, reported whenever a call ends."""

    outcome: Outcome
    """Outcome of the call that ended."""
    begun: int
    """Calls that have begun so far, including those that have ended."""
    endings: Mapping[Ending, int]
    """Number of calls by the way in which they ended."""
    total: int | None = None
    """Number of all calls, known once the last one was read."""

    @property
    def ended(self) -> int:
        """Number of calls that have ended."""
        return sum(self.endings.values())


BulkListener: TypeAlias = Callable[[BulkProgress], None]
"""Must return quickly. Its exceptions are logged and change nothing."""

OutcomeListener: TypeAlias = Callable[[Outcome], None]
"""Receives the outcomes that the loop did not."""
