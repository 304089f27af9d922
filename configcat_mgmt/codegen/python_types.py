"""Writes the types of the description in Python."""

from collections.abc import Mapping
from dataclasses import dataclass

from configcat_mgmt.codegen.description import Enumeration, Record, Schema, Shape
from configcat_mgmt.codegen.python_text import Imports

MODELS = "configcat_mgmt.api.models"
INTEGER_LIMITS = {
    "int32": (-(2**31), 2**31 - 1),
    "int64": (-(2**63), 2**63 - 1),
}


@dataclass(frozen=True)
class Types:
    """Writes types for one module, and collects the imports they need."""

    imports: Imports
    schemas: Mapping[str, Schema]
    files: Mapping[str, str]
    """File of each schema."""
    here: str | None = None
    """The models file that is being written, whose own names need no import."""

    def value(self, shape: Shape) -> str:
        """Return the type of a value in models and responses."""
        plain = self._plain(shape)
        return f"{plain} | None" if shape.nullable and plain != "object" else plain

    def argument(self, shape: Shape) -> str:
        """Return the type that a method takes for a parameter: ids also as text."""
        if shape.kind == "list" and shape.item is not None:
            self.imports.add("collections.abc", "Sequence")
            return f"Sequence[{self.argument(shape.item)}]"
        plain = self._plain(shape)
        takes_text = shape.format == "uuid" or self.enumeration(shape) is not None
        return f"{plain} | str" if takes_text else plain

    def body(self, shape: Shape) -> str:
        """Return the type that a method takes for the request body."""
        if shape.kind == "list" and shape.item is not None:
            self.imports.add("collections.abc", "Sequence")
            return f"Sequence[{self.value(shape.item)}]"
        return self.value(shape)

    def item(self, shape: Shape | None, way: tuple[str, ...]) -> str:
        """Return the type of the items of the list that attributes lead to."""
        for name in way:
            record = self.schemas[shape.name] if shape and shape.name else None
            if isinstance(record, Record):
                fields = {each.name: each.shape for each in record.properties}
                shape = fields[name]
        return self.value(shape.item) if shape and shape.item else "object"

    def enumeration(self, shape: Shape) -> Enumeration | None:
        """Return the enum that a shape refers to, if it is one."""
        schema = self.schemas[shape.name] if shape.name is not None else None
        return schema if isinstance(schema, Enumeration) else None

    def _plain(self, shape: Shape) -> str:
        if shape.kind == "reference" and shape.name is not None:
            file = self.files[shape.name]
            if file != self.here:
                self.imports.add(f"{MODELS}.{file}", shape.name)
            return shape.name
        if shape.kind == "list" and shape.item is not None:
            return f"list[{self.value(shape.item)}]"
        if shape.kind == "map" and shape.item is not None:
            return f"dict[str, {self.value(shape.item)}]"
        if shape.format == "uuid":
            return self.imports.add("uuid", "UUID")
        if shape.format == "date-time":
            return self.imports.add("datetime", "datetime")
        names = {"text": "str", "integer": "int", "number": "float", "boolean": "bool"}
        return names.get(shape.kind, "object")


def limits(shape: Shape) -> str:
    """Return the range or length of a value as a sentence, or nothing.

    A range that is just that of the integer type is not worth a sentence.
    """
    if shape.kind == "integer" and shape.format is not None:
        lowest, highest = INTEGER_LIMITS[shape.format]
        minimum = lowest if shape.minimum is None else shape.minimum
        maximum = highest if shape.maximum is None else shape.maximum
        if minimum == lowest:
            return "" if maximum == highest else f"At most {maximum}."
        bounded = f"{minimum} to {maximum}."
        return f"At least {minimum}." if maximum == highest else bounded
    low, high = shape.min_length or 0, shape.max_length
    if high is None:
        unit = "character" if low == 1 else "characters"
        return f"At least {low} {unit}." if low else ""
    return f"{low} to {high} characters." if low else f"At most {high} characters."
