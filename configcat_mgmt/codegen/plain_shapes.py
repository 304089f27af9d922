"""Brings the schemas of the service into the few forms that the generator writes.

A schema becomes an object with properties, an enum of texts, or a choice of plain
types. A schema of another form, such as a list with a name of its own, is written in
full wherever a reference leads to it. A value that has no form here is read as any JSON
value. Each reading that loses something is noted.
"""

from collections.abc import Iterable, Iterator
from typing import Any, cast

from configcat_mgmt.codegen import naming

Document = dict[str, Any]

SCHEMAS = "#/components/schemas/"
PLAIN_TYPES = ("string", "integer", "number", "boolean")
FORMATS = {"string": ("uuid", "date-time"), "integer": ("int32", "int64")}
WIDEST = {"integer": "int64", "number": "double"}
LIMITS = {
    "string": ("minLength", "maxLength"),
    "integer": ("minimum", "maximum"),
    "number": ("minimum", "maximum"),
}
NOT_NOTED = ("default", "deprecated", "discriminator", "uniqueItems", "writeOnly")
"""Keywords that change no generated code."""
CIRCLE = "the schemas mention each other in a circle"


def members(value: object) -> Document:
    """Return a JSON object, or an empty one for anything else."""
    return cast("Document", value) if isinstance(value, dict) else {}


def elements(value: object) -> list[Any]:
    """Return a JSON list, or an empty one for anything else."""
    return cast("list[object]", value) if isinstance(value, list) else []


def mentioned(shape: Document) -> Iterator[str]:
    """Yield the names of the schemas that a plain form mentions."""
    if "$ref" in shape:
        yield shape["$ref"].removeprefix(SCHEMAS)
    for part in (
        *shape.get("allOf", ()),
        *shape.get("anyOf", ()),
        *shape.get("properties", {}).values(),
        *(shape[name] for name in ("items", "additionalProperties") if name in shape),
    ):
        yield from mentioned(part)


def with_members(shape: Document, **more: object) -> Document:
    """Return a form with further members; a reference is wrapped to take them."""
    return {**({"allOf": [shape]} if "$ref" in shape else shape), **more}


class Shapes:
    """The schemas of a document in plain form."""

    def __init__(self, raw: Document, groups: Iterable[str], notes: list[str]) -> None:
        """Read the schemas.

        Args:
            raw: The schemas as the service has them.
            groups: Groups whose classes have names that no schema may have.
            notes: Receives each reading that loses something.
        """
        self._raw = {name: members(schema) for name, schema in raw.items()}
        self._notes = notes
        self._inlining: list[str] = []
        self._names: dict[str, str] = {}
        taken = {name for each in groups for name in naming.classes_of_group(each)}
        for name, schema in self._raw.items():
            if _is_defined(schema):
                fit = naming.class_name(name, taken)
                taken.add(fit)
                if fit != name:
                    notes.append(f"schema {name}: its name in Python is {fit}")
                self._names[name] = fit
        self._mentions: dict[str, set[str]] = {name: set() for name in self._names}
        self.schemas = {fit: self._schema(name) for name, fit in self._names.items()}
        """Each schema in plain form by its name in Python."""

    def _schema(self, name: str) -> Document:
        schema, place = self._raw[name], f"schema {name}"
        if "enum" in schema:
            self._note_unread(schema, place, "type", "enum", "nullable")
            return {"type": "string", "enum": _texts(schema["enum"])}
        if _is_choice(schema):
            self._note_unread(schema, place, "type", "oneOf", "anyOf", "nullable")
            return {
                "anyOf": [self.read(each, place, name) for each in _choices(schema)]
            }
        properties, required = self._properties(name, schema, (name,))
        kept = [each for each in dict.fromkeys(required) if each in properties]
        made: Document = {"type": "object", "properties": properties}
        return {**made, "required": kept} if kept else made

    def _properties(
        self, owner: str, schema: Document, extended: tuple[str, ...]
    ) -> tuple[Document, list[str]]:
        """Return the properties of an object, with those of the schemas it extends."""
        place = f"schema {owner}"
        properties: Document = {}
        required: list[str] = []
        for part in map(members, elements(schema.get("allOf"))):
            base = str(part.get("$ref", "")).removeprefix(SCHEMAS)
            if base not in extended:
                source = self._raw.get(base, {}) if base else part
                more, needed = self._properties(owner, source, (*extended, base))
                properties.update(more)
                required.extend(needed)
        known = ("type", "allOf", "properties", "required", "additionalProperties")
        self._note_unread(schema, place, *known, "nullable")
        for wire_name, field in members(schema.get("properties")).items():
            shape = self.read(field, f"{place}, field {wire_name}", owner)
            if members(field).get("readOnly") is True:
                shape = with_members(shape, readOnly=True)
            properties[wire_name] = shape
        return properties, [*required, *map(str, elements(schema.get("required")))]

    def read(self, raw: object, place: str, owner: str | None = None) -> Document:
        """Return the plain form of a schema where it is used.

        Args:
            raw: The schema as the service has it.
            place: Where it stands, for notes.
            owner: The named schema that it is a part of.
        """
        schema = members(raw)
        wrapper = next(
            (key for key in ("allOf", "oneOf", "anyOf") if key in schema), ""
        )
        parts = elements(schema.get(wrapper))
        if "$ref" in schema:
            made = self._reference(str(schema["$ref"]), place, owner)
        elif len(parts) == 1 and "properties" not in schema:
            self._note_unread(schema, place, wrapper, "type", "nullable", "readOnly")
            made = self.read(parts[0], place, owner)
        else:
            made = self._value(schema, place, owner)
        if schema.get("nullable") is True:
            return with_members(made, nullable=True)
        return made

    def _reference(self, reference: str, place: str, owner: str | None) -> Document:
        name = reference.removeprefix(SCHEMAS)
        if name == reference or name not in self._raw:
            return self._any(place, f"there is no schema {reference!r}")
        if name not in self._names:
            if name in self._inlining:
                return self._any(place, CIRCLE)
            self._inlining.append(name)
            made = self.read(self._raw[name], f"schema {name}", owner)
            self._inlining.pop()
            return made
        if owner is not None:
            if self._leads(name, owner):
                return self._any(place, CIRCLE)
            self._mentions[owner].add(name)
        return {"$ref": f"{SCHEMAS}{self._names[name]}"}

    def _leads(self, name: str, target: str) -> bool:
        return name == target or any(
            self._leads(each, target) for each in self._mentions[name]
        )

    def _value(self, schema: Document, place: str, owner: str | None) -> Document:
        kind = schema.get("type")
        if kind in PLAIN_TYPES:
            return self._plain(str(kind), schema, place)
        known = ("type", "nullable", "readOnly")
        if kind == "array":
            self._note_unread(schema, place, *known, "items")
            items = self.read(schema.get("items"), place, owner)
            return {"type": "array", "items": items}
        if kind == "object" and "properties" not in schema:
            self._note_unread(schema, place, *known, "additionalProperties")
            values = self.read(schema.get("additionalProperties"), place, owner)
            return {"type": "object", "additionalProperties": values}
        if {*schema} - {*known, *NOT_NOTED}:
            return self._any(place, "the generator has no form for it")
        return {"nullable": True}

    def _plain(self, kind: str, schema: Document, place: str) -> Document:
        limits = LIMITS.get(kind, ())
        self._note_unread(
            schema, place, "type", "format", "nullable", "readOnly", *limits
        )
        made: Document = {"type": kind}
        published = schema.get("format")
        read = published if published in FORMATS.get(kind, ()) else WIDEST.get(kind)
        if read is not None:
            made["format"] = read
        if published not in (read, None):
            self._notes.append(f"{place}: the format {published!r} is not read")
        for limit in limits:
            value = schema.get(limit)
            if isinstance(value, float) and value.is_integer():
                value = int(value)
            if isinstance(value, int) and not isinstance(value, bool):
                made[limit] = value
            elif value is not None:
                self._notes.append(f"{place}: `{limit}` is not read")
        return made

    def _any(self, place: str, reason: str) -> Document:
        self._notes.append(f"{place}: read as any JSON value, because {reason}")
        return {"nullable": True}

    def _note_unread(self, schema: Document, place: str, *known: str) -> None:
        for keyword in schema:
            if keyword not in (*known, *NOT_NOTED):
                self._notes.append(f"{place}: `{keyword}` is not read")


def _is_defined(schema: Document) -> bool:
    """Whether a schema gets a definition in Python."""
    if "enum" in schema:
        return schema.get("type", "string") == "string" and bool(_texts(schema["enum"]))
    if "properties" in schema or "allOf" in schema or _is_choice(schema):
        return True
    is_closed = schema.get("additionalProperties", False) is False
    return schema.get("type") == "object" and is_closed


def _texts(values: object) -> list[str]:
    """Return the texts among the values of an enum, each once."""
    texts = (each for each in elements(values) if isinstance(each, str) and each)
    return list(dict.fromkeys(texts))


def _choices(schema: Document) -> list[Any]:
    return elements(schema.get("oneOf") or schema.get("anyOf"))


def _is_choice(schema: Document) -> bool:
    choices = _choices(schema)
    return len(choices) > 1 and all(
        members(each).get("type") in PLAIN_TYPES for each in choices
    )
