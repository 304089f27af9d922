"""The content of the description as frozen records, which the emitters read."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

Kind = Literal[
    "text", "integer", "number", "boolean", "any", "list", "map", "reference"
]
Location = Literal["path", "query", "header"]


@dataclass(frozen=True)
class Shape:
    """The type of one value, with its limits."""

    kind: Kind
    format: str | None = None
    """`int32`, `int64`, `double`, `uuid` or `date-time`."""
    name: str | None = None
    """Name of the schema that a reference points to."""
    item: "Shape | None" = None
    """Shape of the items of a list, or of the values of a map."""
    nullable: bool = False
    min_length: int | None = None
    max_length: int | None = None
    minimum: int | None = None
    maximum: int | None = None

    def references(self) -> Iterator[str]:
        """Yield the names of the schemas that this shape mentions."""
        if self.name is not None:
            yield self.name
        if self.item is not None:
            yield from self.item.references()


@dataclass(frozen=True)
class Property:
    """One property of a record."""

    wire_name: str
    name: str
    description: str
    shape: Shape
    required: bool
    essential: bool
    secret: bool


@dataclass(frozen=True)
class Record:
    """A JSON object; `request` ones have UNSET defaults, `response` ones do not."""

    name: str
    description: str
    use: Literal["request", "response", "both"]
    properties: tuple[Property, ...]
    former_name: str | None = None

    def references(self) -> Iterator[str]:
        """Yield the names of the schemas that the properties mention."""
        for each in self.properties:
            yield from each.shape.references()


@dataclass(frozen=True)
class Member:
    """One known value of an enum."""

    name: str
    value: str
    meaning: str | None


@dataclass(frozen=True)
class Enumeration:
    """A string that is one of a list of known values."""

    name: str
    description: str
    members: tuple[Member, ...]

    def references(self) -> Iterator[str]:
        """Yield nothing: an enum mentions no other schema."""
        return iter(())


@dataclass(frozen=True)
class Union:
    """A plain value of one of several types."""

    name: str
    description: str
    alternatives: tuple[Shape, ...]

    def references(self) -> Iterator[str]:
        """Yield the names of the schemas among the alternatives."""
        for each in self.alternatives:
            yield from each.references()


Schema = Record | Enumeration | Union


@dataclass(frozen=True)
class Parameter:
    """One path, query or header parameter."""

    wire_name: str
    name: str
    location: Location
    description: str
    shape: Shape
    required: bool
    secret: bool


@dataclass(frozen=True)
class Body:
    """The request body of an operation."""

    description: str
    shape: Shape
    required: bool


@dataclass(frozen=True)
class Success:
    """One success response; its shape is None without a body."""

    status: int
    description: str
    shape: Shape | None


@dataclass(frozen=True)
class Pages:
    """How to walk over all pages of a list."""

    iterator: str
    """Name of the method."""
    summary: str
    items: tuple[str, ...]
    """Attributes that lead from the response to the items."""
    id: str
    """Attribute that identifies an item."""
    until: str | None
    """Argument with the end of the time span."""
    time: str | None
    """Attribute with the time of an item, if the list has a time span."""


@dataclass(frozen=True)
class Operation:
    """One endpoint."""

    id: str
    group: str
    method: str
    path: str
    summary: str
    description: str
    effect: str
    parameters: tuple[Parameter, ...]
    body: Body | None
    successes: tuple[Success, ...]
    errors: tuple[int, ...]
    find_created: tuple[str, str] | None
    may_be_paged: bool
    pages: Pages | None
    deprecated: bool

    def references(self) -> Iterator[str]:
        """Yield the names of the schemas that arguments and responses mention."""
        for parameter in self.parameters:
            yield from parameter.shape.references()
        if self.body is not None:
            yield from self.body.shape.references()
        for success in self.successes:
            if success.shape is not None:
                yield from success.shape.references()


@dataclass(frozen=True)
class Group:
    """Operations that belong together."""

    name: str
    title: str
    description: str


@dataclass(frozen=True)
class Description:
    """The whole API, everything in the order of the document."""

    groups: tuple[Group, ...]
    schemas: Mapping[str, Schema]
    operations: tuple[Operation, ...]

    def operations_of(self, group: str) -> tuple[Operation, ...]:
        """Return the operations of one group."""
        return tuple(each for each in self.operations if each.group == group)
