"""Turns responses in the form of `application/hal+json` into those of plain JSON.

Source: the description of the API up to December 2023. There the HAL form of a resource
has its plain fields unchanged, its nested resources under `_embedded` and its links
under `_links`.
"""

from collections.abc import Mapping

from configcat_mgmt.json_value import JsonValue

_EMBEDDED = "_embedded"
_LINKS = "_links"


def flatten(data: JsonValue) -> JsonValue:
    """Return the plain form of a HAL document.

    The members of `_embedded` move up beside the plain fields, at every depth; a plain
    field of the same name wins. `_embedded` and `_links` are dropped, unless their
    value is neither an object nor null: then they are data that only looks like HAL.

    The time is proportional to the size of the document.

    An object that holds one embedded list and nothing else stays an object. HAL
    documents often use that form for collections, but the description has no such
    resource: its lists are bare arrays, and where it has an object around a list, the
    plain form has the same object (`{"profiles": [...]}`).

    Args:
        data: Parsed JSON of any depth; it is not changed.

    Returns:
        New lists and dicts. Plain JSON comes out equal to the input.
    """
    # A list of pending containers instead of recursion: the sender chose the depth.
    top = _copy(data)
    pending = [top]
    while pending:
        container = pending.pop()
        if isinstance(container, dict):
            for name, part in container.items():
                container[name] = _copy(part)
            pending.extend(container.values())
        elif isinstance(container, list):
            container[:] = [_copy(part) for part in container]
            pending.extend(container)
    return top


def _copy(value: JsonValue) -> JsonValue:
    """Copy one level, with the members of an object as plain JSON has them."""
    if isinstance(value, list):
        return list(value)
    if not isinstance(value, Mapping):
        return value
    # Layer by layer first, and merged once: merging each layer at once would copy
    # the layers above it again, and the sender chose how many there are.
    layers: list[dict[str, JsonValue]] = []
    layer: Mapping[str, JsonValue] | None = value
    while layer is not None:
        own = dict(layer)
        layers.append(own)
        if _is_hal(own.get(_LINKS)):
            own.pop(_LINKS, None)
        embedded = own.pop(_EMBEDDED) if _is_hal(own.get(_EMBEDDED, 0)) else None
        layer = embedded if isinstance(embedded, Mapping) else None
    plain: dict[str, JsonValue] = {}
    # Merged in this order, a plain field wins over an embedded one.
    for own in reversed(layers):
        plain.update(own)
    return plain


def _is_hal(member: JsonValue) -> bool:
    return member is None or isinstance(member, Mapping)
