"""How a bulk run behaves, and what it tells on the way."""

from collections.abc import Callable, Mapping
from typing import Final, TypeAlias

import attrs

from configcat_mgmt.errors import ConfigurationError
from configcat_mgmt.jobs.bulk.calls import Ending, Outcome

IN_FLIGHT: Final = 200
"""Calls that a run has begun and not given out yet; most of them wait for their turn.
Enough to keep ten endpoints busy at once."""


def _at_least_one(_: object, __: object, in_flight: int) -> None:
    if in_flight < 1:
        raise ConfigurationError("in_flight must be at least 1, or nothing would begin")


@attrs.frozen
class BulkOptions:
    """How a bulk run behaves."""

    in_flight: int = attrs.field(default=IN_FLIGHT, validator=_at_least_one)
    """Calls begun and not given out yet, from 1 on; memory grows with it."""
    ordered: bool = False
    """Give outcomes in the order of the calls, not as they finish."""
    stop_on_error: bool = False
    """Send nothing more after the first call that failed; what was sent finishes."""
    repeat_unknown: bool = False
    """Send calls again that an earlier run had sent without learning what became of
    them, even if that may do them twice."""


@attrs.frozen
class BulkProgress:
    """How far a run is; told whenever a call ends, also if the loop was left."""

    outcome: Outcome
    """Of the call that ended."""
    begun: int
    """Calls begun so far, those that have ended included."""
    endings: Mapping[Ending, int]
    """How many calls ended how."""
    total: int | None = None
    """How many calls there are, once the last one was read."""

    @property
    def ended(self) -> int:
        """How many calls have ended."""
        return sum(self.endings.values())


BulkListener: TypeAlias = Callable[[BulkProgress], None]
"""Must return quickly; what it raises is logged and changes nothing."""

OutcomeListener: TypeAlias = Callable[[Outcome], None]
"""Is given what became of calls whose outcomes the loop did not get."""
