"""Faults on demand: how a client is shown what a bad day looks like."""

import random
from collections.abc import Iterator
from typing import Literal, TypeAlias

import attrs

FaultKind: TypeAlias = Literal["latency", "drop", "status", "truncate", "not_json"]
"""What goes wrong.

`latency` delays the call; `drop` cuts the connection without an answer; `status`
answers with an error status; `truncate` cuts the connection in the middle of the
answer's body; `not_json` answers with a success status and a page of HTML.
"""


@attrs.define
class Fault:
    """One kind of trouble and when to make it.

    Example:
        >>> Fault("status", operation="create-tag", status=503, count=2)
    """

    kind: FaultKind
    operation: str | None = None
    """Id of the operation that is hit, such as `create-tag`; None for every one."""
    count: int | None = 1
    """How often it strikes; None for no end."""
    probability: float = 1.0
    """Chance of each call to be hit, 0 to 1."""
    seed: int = 0
    """The same seed hits the same calls."""
    after_effect: bool = False
    """For `drop` and `status`: strike when the change has been made already. `truncate`
    and `not_json` always do."""
    seconds: float = 0.0
    """For `latency`: the delay."""
    status: int = 503
    """For `status`: 400 to 599."""
    retry_after: str | None = None
    """For `status`: the `Retry-After` header exactly as given; None sends none."""
    struck: int = attrs.field(default=0, init=False)
    """How often it struck so far."""
    _random: random.Random = attrs.field(init=False, repr=False, eq=False)

    def __attrs_post_init__(self) -> None:
        """Make the source of chance."""
        self._random = random.Random(self.seed)  # noqa: S311 - repeatable on purpose

    @property
    def strikes_after_effect(self) -> bool:
        """Whether the change is made before it strikes."""
        return self.after_effect or self.kind in {"truncate", "not_json"}

    def strikes(self, operation: str) -> bool:
        """Decide about one call, and count it if it is hit."""
        if self.operation is not None and self.operation != operation:
            return False
        if self.count is not None and self.struck >= self.count:
            return False
        if self.probability < 1 and self._random.random() >= self.probability:
            return False
        self.struck += 1
        return True


@attrs.frozen
class Strike:
    """What happens to one call."""

    delay_seconds: float
    fault: Fault | None


class Faults:
    """The faults that are set at the moment."""

    def __init__(self) -> None:
        """Start without faults."""
        self._faults: list[Fault] = []

    def add(self, fault: Fault) -> Fault:
        """Set a fault; of several that fit one call, the first one added strikes.

        Delays come on top of that, and add up.

        Args:
            fault: What to do, and to which calls.

        Returns:
            The same object, whose `struck` counts.
        """
        self._faults.append(fault)
        return fault

    def __iter__(self) -> Iterator[Fault]:
        """Go through the faults, oldest first."""
        return iter(tuple(self._faults))

    def clear(self) -> None:
        """Take all faults away."""
        self._faults.clear()

    def strike(self, operation: str) -> Strike | None:
        """Say what happens to a call of `operation`; None for nothing."""
        if not self._faults:
            return None
        delay, chosen = 0.0, None
        for fault in tuple(self._faults):
            if fault.kind == "latency":
                delay += fault.seconds if fault.strikes(operation) else 0
            elif chosen is None and fault.strikes(operation):
                chosen = fault
        return Strike(delay, chosen)
