"""Faults on demand, so that a client can be tested against a service in trouble."""

import random
import re
from collections.abc import Iterator
from typing import Final, Literal, TypeAlias, cast, get_args

import attrs

from configcat_mgmt.api.operation_index import OPERATIONS
from configcat_mgmt.errors import ConfigurationError

FaultKind: TypeAlias = Literal["latency", "drop", "status", "truncate", "not_json"]
"""The kind of fault.

`latency` delays the response; `drop` closes the connection without a response; `status`
responds with an error status; `truncate` closes the connection in the middle of the
response body; `not_json` responds with status 200 and a page of HTML.
"""

MAX_SECONDS: Final = 3600.0
"""Longest delay of a fault."""

_STATUSES: Final = range(400, 600)
_HEADER_VALUE: Final = re.compile(r"[!-~]([ -~]{0,254}[!-~])?")
"""Visible ASCII; a line break would end the header."""


@attrs.define
class Fault:
    """One kind of trouble and when to make it.

    Attributes:
        kind (FaultKind): The trouble, one of those of `FaultKind`.
        operation (str | None): Id of the operation that is hit, such as `create-tag`;
            None for every one. Default: None.
        count (int | None): How often it strikes, from 1; None for no end. Default: 1.
        probability (float): Chance that a call is hit, 0 to 1. Default: 1.0.
        seed (int): The same seed hits the same calls. Default: 0.
        after_effect (bool): For `drop` and `status`: strike after the change was made.
            `truncate` and `not_json` always do. Default: False.
        seconds (float): For `latency`: the delay in seconds, 0 to 3,600. Default: 0.0.
        status (int): For `status`: 400 to 599. Default: 503.
        retry_after (str | None): For `status`: the `Retry-After` header exactly as
            given, in visible ASCII; None sends none. Default: None.
        struck (int): How often it has struck, from 0; set by the emulator.

    Example:
        >>> Fault("status", operation="create-tag", status=503, count=2)

    Raises:
        ConfigurationError: A field has a value that is not possible.
    """

    kind: FaultKind
    """The trouble, one of those of `FaultKind`."""
    operation: str | None = None
    """Id of the operation that is hit, such as `create-tag`; None for every one."""
    count: int | None = 1
    """How often it strikes, from 1; None for no end."""
    probability: float = 1.0
    """Chance that a call is hit, 0 to 1."""
    seed: int = 0
    """The same seed hits the same calls."""
    after_effect: bool = False
    """For `drop` and `status`: strike after the change was made."""
    seconds: float = 0.0
    """For `latency`: the delay in seconds, 0 to 3,600."""
    status: int = 503
    """For `status`: 400 to 599."""
    retry_after: str | None = None
    """For `status`: the `Retry-After` header exactly as given, in visible ASCII; None
    sends none."""
    struck: int = attrs.field(default=0, init=False)
    """How often it has struck, from 0; set by the emulator."""
    _random: random.Random = attrs.field(init=False, repr=False, eq=False)

    def __attrs_post_init__(self) -> None:
        """Check all fields, and make the source of chance."""
        _check(self)
        self._random = random.Random(self.seed)  # noqa: S311 - repeatable on purpose

    @property
    def strikes_after_effect(self) -> bool:
        """Whether the change is made before it strikes."""
        return self.after_effect or self.kind in {"truncate", "not_json"}

    def strikes(self, operation: str) -> bool:
        """Return whether the fault hits a call, and count the hit."""
        if self.operation is not None and self.operation != operation:
            return False
        if self.count is not None and self.struck >= self.count:
            return False
        if self.probability < 1 and self._random.random() >= self.probability:
            return False
        self.struck += 1
        return True


def _check(fault: Fault) -> None:
    kinds, operation = get_args(FaultKind), fault.operation
    # From JSON a field may have any type.
    after, seconds = cast("object", fault.retry_after), fault.seconds
    is_whole = {
        name: type(getattr(fault, name)) is int for name in ("count", "seed", "status")
    }
    _require(fault.kind in kinds, "kind", f"one of {', '.join(kinds)}")
    is_known = operation is None or operation in tuple(OPERATIONS)
    _require(is_known, "operation", "null or the id of an operation, as create-tag")
    is_count = fault.count is None or (is_whole["count"] and fault.count >= 1)
    _require(is_count, "count", "null or a whole number from 1")
    _require(_is_number(fault.probability, 1), "probability", "a number from 0 to 1")
    _require(is_whole["seed"], "seed", "a whole number")
    _require(type(fault.after_effect) is bool, "after_effect", "true or false")
    longest = f"a number from 0 to {MAX_SECONDS:.0f}"
    _require(_is_number(seconds, MAX_SECONDS), "seconds", longest)
    is_status = is_whole["status"] and fault.status in _STATUSES
    _require(is_status, "status", "a whole number from 400 to 599")
    is_header = after is None or (
        isinstance(after, str) and _HEADER_VALUE.fullmatch(after) is not None
    )
    expected = "null or up to 256 visible ASCII characters without a line break"
    _require(is_header, "retry_after", expected)


def _is_number(value: object, most: float) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return 0 <= value <= most


def _require(holds: bool, name: str, expected: str) -> None:
    if not holds:
        message = f"the {name} of a fault must be {expected}"
        raise ConfigurationError(message)


@attrs.frozen
class Strike:
    """The effect of faults on one call."""

    delay_seconds: float
    fault: Fault | None


class Faults:
    """The faults that are set."""

    def __init__(self) -> None:
        """Start without faults."""
        self._faults: list[Fault] = []

    def add(self, fault: Fault) -> Fault:
        """Set a fault.

        If several faults match a call, the first one added strikes. Delays are added
        up and come on top.

        Args:
            fault: The fault.

        Returns:
            The same object, whose `struck` counts.
        """
        self._faults.append(fault)
        return fault

    def __iter__(self) -> Iterator[Fault]:
        """Yield the faults, oldest first."""
        return iter(tuple(self._faults))

    def clear(self) -> None:
        """Remove all faults."""
        self._faults.clear()

    def strike(self, operation: str) -> Strike | None:
        """Return the effect on a call of `operation`; None for no effect."""
        if not self._faults:
            return None
        delay, chosen = 0.0, None
        for fault in tuple(self._faults):
            if fault.kind == "latency":
                delay += fault.seconds if fault.strikes(operation) else 0
            elif chosen is None and fault.strikes(operation):
                chosen = fault
        return Strike(delay, chosen)
