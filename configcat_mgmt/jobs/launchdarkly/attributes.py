"""Names context attributes as the migrated application has to send them.

Source: https://configcat.com/docs/advanced/migration-from-launchdarkly-translation/.
"""

import hashlib
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Final, Literal, TypeAlias, cast

import attrs

from configcat_mgmt.checked import checked
from configcat_mgmt.jobs.launchdarkly.model import USER
from configcat_mgmt.json_value import JsonValue

AttributeType: TypeAlias = Literal[
    "text", "number", "boolean", "seconds", "version", "list of texts"
]
"""`seconds` is a time as Unix seconds. LaunchDarkly has milliseconds or RFC 3339."""

KINDS: Final = "/kind"
"""The attribute that lists the kinds of the context."""
LONGEST: Final = 1000
"""Characters of the name of an attribute."""

_KEYS: Final[Mapping[str, str]] = {
    "key": "Identifier",
    "email": "Email",
    "country": "Country",
}
_TAKEN: Final = frozenset(_KEYS.values())
_ESCAPE: Final = re.compile(r"~[^01]|~$")
_DOTS: Final = (".", "..")
"""Names that a URL drops, also if they are escaped."""
_RFC_3339: Final = re.compile(
    r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)"
)


class BadReferenceError(ValueError):
    """A reference to an attribute that LaunchDarkly cannot evaluate."""


@attrs.frozen
class Reference:
    """An attribute of the contexts of one kind."""

    kind: str
    path: tuple[str, ...]
    """Names from the outermost to the innermost, unescaped."""
    is_literal: bool = attrs.field(default=False, eq=False)
    """Whether the text of data without a kind is the name, whatever it looks like."""

    @classmethod
    def of(cls, attribute: str, kind: str | None) -> "Reference":
        """Read a reference.

        Args:
            attribute: A path if there is a kind, otherwise a literal name.
            kind: The context kind; None in data that is older than context kinds.

        Raises:
            BadReferenceError: It is empty, or a path with a wrong escape or an empty
                part.
        """
        if not attribute or (kind and attribute == "/"):
            raise BadReferenceError("the attribute is empty")
        if not kind or not attribute.startswith("/"):
            return cls(kind or USER, (attribute,), not kind)
        parts = attribute[1:].split("/")
        if not all(parts):
            raise BadReferenceError(f"the path {attribute!r} has an empty part")
        if any(map(_ESCAPE.search, parts)):
            raise BadReferenceError(f"the path {attribute!r} has a wrong escape")
        return cls(kind, tuple(map(_unescaped, parts)))

    @classmethod
    def key_of(cls, kind: str | None) -> "Reference":
        """Return the key of a kind."""
        return cls(kind or USER, ("key",))

    @property
    def is_kind(self) -> bool:
        """Whether it is the kind itself, for which all kinds of a context count."""
        return self.path == ("kind",)

    @property
    def is_key(self) -> bool:
        """Whether it is the key, which a context of the kind always has."""
        return self.path == ("key",)

    @property
    def name(self) -> str:
        """The name of the user attribute, cut with a hash if it is too long."""
        if self.is_kind:
            return KINDS
        text = _path_text(self.path, is_literal=self.is_literal)
        if self.kind != USER:
            text = f"{self.kind}:{text}"
        elif len(self.path) == 1:
            text = f"/{text}" if text in _TAKEN else _KEYS.get(text, text)
        return text if len(text) <= LONGEST else cut_with_hash(text, LONGEST)

    @property
    def is_too_long(self) -> bool:
        """Whether the name had to be cut."""
        return len(self.name) == LONGEST

    def __str__(self) -> str:
        """Show it as LaunchDarkly does."""
        return f"{self.kind} {_path_text(self.path, is_literal=self.is_literal)}"


@attrs.frozen
class AttributeUse:
    """A user attribute that the application has to send.

    Attributes:
        name (str): Name in the user object of ConfigCat.
        kind (str): Kind of the contexts that have it in LaunchDarkly; empty for
            `/kind`.
        path (tuple[str, ...]): Names in such a context, from the outermost to the
            innermost.
        types (tuple[AttributeType, ...]): How the rules compare it; more than one if
            they disagree.
    """

    name: str
    """Name in the user object of ConfigCat."""
    kind: str
    """Kind of the contexts that have it in LaunchDarkly; empty for `/kind`."""
    path: tuple[str, ...]
    """Names in such a context, from the outermost to the innermost."""
    types: tuple[AttributeType, ...]
    """How the rules compare it; more than one if they disagree."""

    def to_json(self) -> dict[str, JsonValue]:
        """Return the row of the table for developers."""
        return {
            "name": self.name,
            "context_kind": self.kind,
            "path": list(self.path),
            "types": list(self.types),
        }


@attrs.define
class AttributeTable:
    """Collects the attributes that the translated rules use."""

    _types: dict[str, dict[AttributeType, None]] = attrs.field(
        factory=dict[str, dict[AttributeType, None]], init=False
    )
    _sources: dict[str, dict[Reference, None]] = attrs.field(
        factory=dict[str, dict[Reference, None]], init=False
    )

    def use(self, reference: Reference, kind: AttributeType | None) -> str:
        """Note a use, and return the name of the user attribute.

        Args:
            reference: The attribute.
            kind: The type that a rule compares it as; None if any type will do.
        """
        name = reference.name
        types = self._types.setdefault(name, {})
        if kind is not None:
            types[kind] = None
        source = Reference("", ("kind",)) if reference.is_kind else reference
        self._sources.setdefault(name, {})[source] = None
        return name

    def rows(self) -> tuple[AttributeUse, ...]:
        """Return all attributes by name."""
        found: list[AttributeUse] = []
        for name in sorted(self._types):
            first = next(iter(self._sources[name]))
            types = tuple(sorted(self._types[name])) or ("text",)
            if "seconds" in types:  # A time has one form; see `conflicting`.
                types = ("seconds",)
            found.append(AttributeUse(name, first.kind, first.path, types))
        return tuple(found)

    def conflicting(self) -> dict[str, tuple[AttributeType, ...]]:
        """Return the types of times that rules compare in another way too, by name."""
        return {
            name: tuple(sorted(types))
            for name, types in self._types.items()
            if "seconds" in types and set(types) - {"seconds", "text"}
        }

    def ambiguous(self) -> dict[str, tuple[Reference, ...]]:
        """Return the names that several attributes of LaunchDarkly share."""
        return {
            name: tuple(found)
            for name, found in self._sources.items()
            if len(found) > 1
        }


@checked
def user_attributes(
    context: Mapping[str, JsonValue], attributes: Sequence[AttributeUse]
) -> dict[str, object]:
    """Convert a LaunchDarkly context to the user attributes that the rules need.

    An application does the same after the switch, by the table of attributes.

    Args:
        context: A context as JSON: with one kind, or a `multi` one with an object for
            each kind.
        attributes: The table of a translation.

    Returns:
        Attributes by name, for a user object of a ConfigCat SDK. An attribute that the
        context lacks is absent.
    """
    kind = context.get("kind", USER)
    contexts: dict[str, Mapping[str, JsonValue]] = {}
    if kind == "multi":
        for name, value in context.items():
            if isinstance(value, Mapping):
                contexts[name] = value
    else:
        contexts[str(kind)] = context
    found: dict[str, object] = {}
    for one in attributes:
        if one.name == KINDS:
            found[KINDS] = list(contexts)
            continue
        value = _value_at(contexts.get(one.kind), one.path)
        if value is not None:
            found[one.name] = _converted(value, one.types)
    return found


def seconds_of(value: JsonValue) -> float | None:
    """Return a time of LaunchDarkly as Unix seconds; None if it is none."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return value / 1000
    if not isinstance(value, str) or not _RFC_3339.fullmatch(value):
        return None
    try:
        parsed = datetime.fromisoformat(value.upper())
    except ValueError:
        return None
    return (parsed - datetime(1970, 1, 1, tzinfo=UTC)).total_seconds()


def path_of_name(path: tuple[str, ...]) -> str:
    """Return the reference to an attribute as LaunchDarkly writes paths: `/a/b`."""
    parts = (one.replace("~", "~0").replace("/", "~1") for one in path)
    return "/" + "/".join(parts)


def reference_text(path: tuple[str, ...]) -> str:
    """Return the reference to an attribute: its name, or a path if it needs one."""
    is_plain = len(path) == 1 and "/" not in path[0] and path[0] not in _DOTS
    return path[0] if is_plain else path_of_name(path)


def cut_with_hash(text: str, most: int) -> str:
    """Cut a text so that different texts stay different."""
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:8]
    return f"{text[: most - 9]}-{digest}"


def _unescaped(part: str) -> str:
    return part.replace("~1", "/").replace("~0", "~")


def _path_text(path: tuple[str, ...], *, is_literal: bool = False) -> str:
    """Return a path as text; a single name is not escaped unless it has to be."""
    if len(path) == 1 and (is_literal or not path[0].startswith("/")):
        if ":" not in path[0]:
            return path[0]
        if is_literal and path[0].startswith("/"):
            return path[0].replace(":", "~;")
    return "/" + "/".join(map(_escaped, path))


def _escaped(part: str) -> str:
    return part.replace("~", "~0").replace("/", "~1").replace(":", "~;")


def _value_at(
    context: Mapping[str, JsonValue] | None, path: tuple[str, ...]
) -> JsonValue:
    if context is None:
        return None
    if path == ("anonymous",):
        return context.get("anonymous", False)
    value: JsonValue = context
    for part in path:
        if not isinstance(value, Mapping):
            return None
        value = value.get(part)
    return value


def _converted(value: JsonValue, types: tuple[AttributeType, ...]) -> object:
    if "seconds" in types:
        seconds = seconds_of(value)
        return value if seconds is None else seconds
    if "list of texts" in types and not isinstance(value, Mapping):
        # LaunchDarkly tests a single value as it tests the only item of a list.
        items = value if isinstance(value, list | tuple) else (value,)
        return [_text(one) for one in cast("Sequence[JsonValue]", items)]
    return value


def _text(value: JsonValue) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)
