"""Makes JSON documents of requests and responses from the described schemas."""

import re
import zlib
from datetime import datetime
from typing import Final, Literal
from uuid import NAMESPACE_URL, uuid5

from tests.schema import DATE_TIME, UUID_TEXT, Description, Json, Schema

Style = Literal["minimal", "full", "nulls"]
STYLES: Final[tuple[Style, ...]] = ("minimal", "full", "nulls")
"""`minimal` has what must be there, at its least; `full` has every field, at its most;
`nulls` has every field, null wherever that is allowed."""

RANGES: Final = {
    "int32": (-(2**31), 2**31 - 1),
    "int64": (-(2**63), 2**63 - 1),
}
PLAIN: Final = "a"
ODD: Final = "zażółć \"quoted\" \\ / \u2028 {%7B} 😀 <&> 'x' "
LONGEST: Final = 300
"""Up to here a full text is as long as is allowed."""


class Documents:
    """Makes documents; the same schema, style and place give the same document."""

    def __init__(self, description: Description) -> None:
        self._description = description

    def make(self, schema: Schema, style: Style, place: str = "$") -> Json:
        """Return a document that fits the schema."""
        if style == "nulls" and schema.get("nullable"):
            return None
        schema = self._description.resolve(schema)
        if "anyOf" in schema:
            options = schema["anyOf"]
            index = 0 if style == "minimal" else _number(place) % len(options)
            return self.make(options[index], style, place)
        kind = schema.get("type")
        if kind == "object":
            return self._object(schema, style, place)
        if kind == "array":
            size = 2 if style == "full" else 0
            items = schema["items"]
            return [self.make(items, style, f"{place}[{i}]") for i in range(size)]
        return _scalar(schema, style, place)

    def _object(self, schema: Schema, style: Style, place: str) -> Json:
        if "additionalProperties" in schema:
            names = [] if style == "minimal" else ["first", "żółw.url"]
            value = schema["additionalProperties"]
            return {name: self.make(value, style, f"{place}.{name}") for name in names}
        required = schema.get("required", [])
        return {
            name: self.make(field, style, f"{place}.{name}")
            for name, field in schema["properties"].items()
            if style != "minimal" or name in required
        }

    def holed(self, schema: Schema, place: str = "$") -> tuple[Json, Json]:
        """Return an answer without any field that is not essential, and how it reads.

        What is missing reads as null, but a list or map that may not be null as empty.
        """
        schema = self._description.resolve(schema)
        if schema.get("type") == "array":
            item = self.holed(schema["items"], f"{place}[0]")
            return [item[0]], [item[1]]
        if "properties" not in schema:
            made = self.make(schema, "full", place)
            return made, made
        sent: dict[str, Json] = {}
        read: dict[str, Json] = {}
        for name, field in schema["properties"].items():
            if field.get("x-essential"):
                sent[name], read[name] = self.holed(field, f"{place}.{name}")
            else:
                read[name] = self._stopgap(field)
        return sent, read

    def _stopgap(self, field: Schema) -> Json:
        kind = self._description.resolve(field)
        if field.get("nullable"):
            return None
        if kind.get("type") == "array":
            return []
        return {} if "additionalProperties" in kind else None

    def of_the_future(self, schema: Schema, place: str = "$") -> tuple[Json, Json]:
        """Return an answer with fields and enum values nobody knows, and how it reads.

        Unknown fields are not read; unknown enum values are kept.
        """
        schema = self._description.resolve(schema)
        if schema.get("type") == "array":
            pairs = [
                self.of_the_future(schema["items"], f"{place}[{i}]") for i in range(2)
            ]
            return [sent for sent, _ in pairs], [read for _, read in pairs]
        if "enum" in schema:
            return "inventedLater", "inventedLater"
        if "properties" not in schema:
            made = self.make(schema, "full", place)
            return made, made
        sent: dict[str, Json] = {"addedFirst": {"unknown": [1, None]}}
        read: dict[str, Json] = {}
        for name, field in schema["properties"].items():
            sent[name], read[name] = self.of_the_future(field, f"{place}.{name}")
        sent["addedLast"] = None
        return sent, read


def _number(place: str) -> int:
    return zlib.crc32(place.encode())


def _scalar(schema: Schema, style: Style, place: str) -> Json:
    match schema.get("type"):
        case "string":
            return _text(schema, style, place)
        case "integer":
            return _integer(schema, style)
        case "number":
            return {"minimal": 0, "full": 0.1, "nulls": -1.5e300}[style]
        case "boolean":
            return style == "full"
        case None:
            return {"deep": [1, 2.5, None, True, ODD]} if style == "full" else 0
        case other:
            raise NotImplementedError(other)


def _text(schema: Schema, style: Style, place: str) -> str:
    if "enum" in schema:
        values: list[str] = schema["enum"]
        index = {"minimal": 0, "full": _number(place), "nulls": -1}[style]
        return values[index % len(values)]
    if schema.get("format") == "uuid":
        return str(uuid5(NAMESPACE_URL, place))
    if schema.get("format") == "date-time":
        return {
            "minimal": "2026-05-04T10:11:12Z",
            "full": "2026-05-04T10:11:12.1234567Z",
            "nulls": "1999-12-31T23:59:59.5+05:30",
        }[style]
    if style != "full":
        least: int = schema.get("minLength", 0)
        return PLAIN * least
    longest: int = schema.get("maxLength", len(ODD))
    length = longest if longest <= LONGEST else len(ODD)
    return (ODD * (length // len(ODD) + 1))[:length]


def _integer(schema: Schema, style: Style) -> int:
    lowest, highest = RANGES[schema["format"]]
    low: int = schema.get("minimum", lowest)
    high: int = schema.get("maximum", highest)
    return {"minimal": low, "full": high, "nulls": max(low, 0)}[style]


def normal(data: Json) -> Json:
    """Make JSON data comparable: one form for each moment and each UUID.

    The service writes seven digits of a second, Python keeps six.
    """
    if isinstance(data, dict):
        return {name: normal(value) for name, value in data.items()}
    if isinstance(data, list):
        return [normal(item) for item in data]
    if isinstance(data, str) and UUID_TEXT.fullmatch(data):
        return data.lower()
    if isinstance(data, str) and DATE_TIME.fullmatch(data):
        return moment(data)
    return data


def moment(text: str) -> datetime:
    """Read a date-time on every version of Python, cut to microseconds."""
    text = re.sub(r"(\.\d{1,6})\d*", lambda match: match[1].ljust(7, "0"), text)
    return datetime.fromisoformat(text.replace("Z", "+00:00"))
