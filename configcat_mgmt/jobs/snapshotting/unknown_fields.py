"""Finds fields of responses that this version of the models does not know."""

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, Final, cast, get_args, get_origin

from configcat_mgmt.core.codec.schema import fields_of, is_record, options_of
from configcat_mgmt.core.json_text import parse_json
from configcat_mgmt.core.operation import Operation
from configcat_mgmt.jobs.model.entity import Entity
from configcat_mgmt.jobs.model.snapshot import UnknownField

_ENTITIES: Final[Mapping[str, Entity]] = {
    "get-product": "product",
    "get-product-preferences": "preferences",
    "get-environments": "environment",
    "get-tags": "tag",
    "get-permission-groups": "permission_group",
    "get-segment": "segment",
    "get-configs": "config",
    "get-settings": "setting",
    "get-setting-values": "values",
    "get-setting-values-v2": "values",
    "get-webhooks": "webhook",
    "get-integrations": "integration",
}
"""The kind of entity that a snapshot reads with an operation."""
_EMBEDDED: Final = frozenset(
    {"organization", "product", "config", "environment", "tags", "settingTags"}
)
"""Entities inside others, which a write of the outer entity leaves alone. The values of
a config also embed each `setting`."""


class UnknownFields:
    """Collects the unknown fields of the responses that a snapshot is made from."""

    def __init__(self) -> None:
        """Start without fields."""
        self._found: set[tuple[Entity, str]] = set()

    @property
    def found(self) -> tuple[UnknownField, ...]:
        """The fields so far, sorted."""
        return tuple(UnknownField(*one) for one in sorted(self._found))

    def observe(self, operation: Operation[Any], body: bytes) -> None:
        """Look at the body of a successful response."""
        entity = _ENTITIES.get(operation.id)
        if entity is not None:
            kind = next(iter(operation.success.values()))
            for field in _unknown(parse_json(body), kind, ""):
                self._found.add((entity, field))


def _unknown(data: object, kind: object, path: str) -> Iterator[str]:
    if isinstance(data, list):
        inner = _argument(kind, list)
        for item in cast("list[object]", data):
            yield from _unknown(item, inner, path)
    elif isinstance(data, dict):
        entries = cast("dict[str, object]", data)
        record = next(filter(is_record, options_of(kind)), None)
        if record is None:
            inner = _argument(kind, dict)
            for value in entries.values():
                yield from _unknown(value, inner, path)
            return
        known = _kinds(cast("type", record))
        for name, value in entries.items():
            if name in _EMBEDDED or (name == "setting" and name in known):
                continue
            if name in known:
                yield from _unknown(value, known[name], f"{path}{name}.")
            elif not name.startswith("_"):  # `_links` of HAL
                yield f"{path}{name}"


def _argument(kind: object, origin: type) -> object:
    """Return the type of the items of a list or dict."""
    for option in options_of(kind):
        if get_origin(option) is origin:
            return get_args(option)[-1]
    return object


@cache
def _kinds(record: type) -> Mapping[str, object]:
    return {field.wire_name: field.kind for field in fields_of(record)}
