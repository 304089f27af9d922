"""Goes between JSON documents and Python values by the description, not by the codec.

The names, classes and types that users meet are worked out here a second time, from
the description alone.
"""

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import attrs

from configcat_mgmt import models
from tests.documents import moment, normal
from tests.schema import Description, Json, Schema

Value = Any
"""Any value that a user of the package has in hand."""

MAKERS: Final[Mapping[str, Callable[[Json], Value]]] = {
    "uuid": UUID,
    "date-time": moment,
    "double": float,
}
SPECIAL_NAMES: Final = {"from": "from_", "canDisable2FA": "can_disable_2fa"}


def snake(name: str) -> str:
    """Return the Python name of what is called `name` on the wire."""
    parted = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name.replace("-", "_"))
    return SPECIAL_NAMES.get(name, parted.lower())


def argument_name(parameter: Schema) -> str:
    """Return the name of the Python argument of a parameter."""
    return str(parameter.get("x-python-name", snake(parameter["name"])))


class PythonSide:
    """What the documents of a description are in Python."""

    def __init__(self, description: Description) -> None:
        self._description = description

    def value(self, schema: Schema, data: Json) -> Value:
        """Make what a user gives to send this document, of the models' own classes."""
        if data is None:
            return None
        name = str(self._description.name_of(schema))
        resolved = self._description.resolve(schema)
        if "properties" in resolved:
            fields = resolved["properties"]
            return getattr(models, name)(
                **{snake(key): self.value(fields[key], data[key]) for key in data},
            )
        if "enum" in resolved:
            return getattr(models, name)(data)
        if resolved.get("type") == "array":
            return [self.value(resolved["items"], item) for item in data]
        make = MAKERS.get(resolved.get("format", ""))
        return make(data) if make else data

    def differences(
        self,
        value: Value,
        schema: Schema,
        data: Json,
        place: str = "$",
    ) -> list[str]:
        """Say where a decoded value is not what the JSON data means."""
        if data is None or value is None:
            both = data is None and value is None
            return [] if both else [f"{place}: {value!r} for {data!r}"]
        name = self._description.name_of(schema)
        resolved = self._description.resolve(schema)
        if "properties" in resolved:
            if type(value) is not getattr(models, str(name)):
                return [f"{place}: a {type(value).__name__}, not a {name}"]
            return [
                difference
                for key, field in resolved["properties"].items()
                for difference in self.differences(
                    getattr(value, snake(key)), field, data.get(key), f"{place}.{key}"
                )
            ]
        if resolved.get("type") == "array":
            pairs = enumerate(zip(value, data, strict=True))
            inner = resolved["items"]
            return [
                difference
                for index, (item, part) in pairs
                for difference in self.differences(
                    item, inner, part, f"{place}[{index}]"
                )
            ]
        kind = self._kind(resolved, name)
        if not isinstance(value, kind) or isinstance(value, bool) > (
            kind in (bool, object)
        ):
            return [f"{place}: {value!r} is no {kind}"]
        plain = _plain(value)
        return [] if plain == normal(data) else [f"{place}: {value!r} for {data!r}"]

    def _kind(self, schema: Schema, name: str | None) -> Value:
        if "enum" in schema:
            return getattr(models, str(name))
        kinds: Mapping[str, Any] = {"uuid": UUID, "date-time": datetime}
        if schema.get("format") in kinds:
            return kinds[schema["format"]]
        types = {
            "string": str,
            "integer": int,
            "number": float,
            "boolean": bool,
            "object": dict,
        }
        return types.get(schema.get("type", ""), object)


def _plain(value: Value) -> Value:
    if isinstance(value, UUID):
        return str(value)
    return normal(value)


def wire_name_of(field: "attrs.Attribute[Json]") -> str:
    """Return the JSON name that metadata states, or else the name in camelCase."""
    plain = field.name.rstrip("_")
    usual = re.sub(r"_([a-z0-9])", lambda match: match[1].upper(), plain)
    name: str = field.metadata.get("json", usual)
    assert name != usual or "json" not in field.metadata, "metadata repeats the rule"
    return name
