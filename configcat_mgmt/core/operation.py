"""Endpoints as data: the one structure that everything else reads."""

from collections.abc import Coroutine, Mapping
from typing import Generic, Literal, Protocol, TypeAlias, TypeVar

import attrs

from configcat_mgmt.unset import UNSET

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)

Method: TypeAlias = Literal["GET", "POST", "PUT", "PATCH", "DELETE"]
Location: TypeAlias = Literal["path", "query", "header"]
Effect: TypeAlias = Literal["read", "set", "patch", "create", "delete"]
"""The effect of a call on the service, which decides whether it may be repeated.

`read` changes nothing; `set` brings about a state, so doing it twice equals doing
it once; `patch` may be repeated if none of its steps moves list positions; `create`
makes something new each time; `delete` finds nothing the second time.
"""


@attrs.frozen(eq=False)
class Parameter:
    """One path, query or header parameter of an operation."""

    name: str
    """Name of the Python argument."""
    wire_name: str
    """Name in the path template, the query string or the header."""
    location: Location
    type: object
    """Python type of the value: `int`, `str`, `bool`, `UUID`, `datetime`, an enum, or
    `list[...]` of one of these."""
    required: bool = True
    format: str | None = None
    """`int32` or `int64` where the description says so."""
    minimum: int | None = None
    maximum: int | None = None
    min_length: int | None = None
    max_length: int | None = None
    secret: bool = False
    """The value must not be shown in logs or errors."""


@attrs.frozen(eq=False)
class FindCreated:
    """How to look for the entity that a create call may have made."""

    operation: str
    """Id of the operation that lists the siblings. It takes a subset of the create
    call's path arguments; its records name the parents that it does not take."""
    field: str
    """Wire name of the field that is unique among the siblings."""


@attrs.frozen(eq=False)
class Pages:
    """How to walk over a list that the operation returns page by page."""

    items: tuple[str, ...]
    """Attributes that lead from the response to the items."""
    paging: tuple[str, ...]
    """Attributes that lead from the response to the position of the page."""
    id: str
    """Attribute that identifies an item."""
    until: str | None = None
    """Argument with the end of the time span, if the list has one."""
    time: str | None = None
    """Attribute with the time of an item, if the list has a time span."""


@attrs.frozen(eq=False)
class Operation(Generic[T_co]):
    """One endpoint of the API; `T_co` is the result type of a successful call."""

    id: str
    group: str
    method: Method
    path: str
    """Template such as `/v1/tags/{tagId}`; with the method it is the pacing key."""
    summary: str
    effect: Effect
    success: Mapping[int, object]
    """Each success status with the type of its body, `None` for no body."""
    errors: tuple[int, ...] = ()
    """Error statuses that the description declares."""
    parameters: tuple[Parameter, ...] = ()
    body: object = None
    """Type of the request body, `None` if the operation takes none."""
    body_required: bool = False
    find_created: FindCreated | None = None
    may_be_paged: bool = False
    """Whether the service may return a page instead of the list: an object with the
    list as `data` and with `paging`."""
    pages: Pages | None = None
    """How to walk over the pages, if the operation returns one of several."""
    deprecated: bool = False


class OperationGroup:
    """The base of the generated groups, such as `client.tags`."""

    def __repr__(self) -> str:
        """Name the group, without the address in memory."""
        return f"<{type(self).__name__}>"


class Caller(Protocol):
    """Performs operations for the generated coroutines."""

    def call(
        self,
        operation: Operation[T],
        /,
        *,
        body: object = UNSET,
        **arguments: object,
    ) -> Coroutine[object, object, T]:
        """Perform `operation` with `arguments` by their Python names, and a `body`.

        Returns:
            An awaitable of the decoded response.
        """
        ...
