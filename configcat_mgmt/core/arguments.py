"""Converts an argument into its text in the path, the query or a header."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Final, TypeAlias, cast, get_args, get_origin
from urllib.parse import quote, unquote
from uuid import UUID

from configcat_mgmt.core.auth import Secret
from configcat_mgmt.core.codec.scalars import INTEGER_RANGES, format_datetime
from configcat_mgmt.enums import OpenEnum
from configcat_mgmt.texts import argument_text, bounded

if TYPE_CHECKING:
    from configcat_mgmt.core.operation import Parameter

MAX_TEXT_LENGTH: Final = 8192
"""Characters of a path or query value; servers refuse longer request lines anyway."""

ToText: TypeAlias = Callable[[object], str]


class ArgumentProblem(Exception):  # noqa: N818
    """An argument is invalid; the text names the allowed values."""


def converter(parameter: Parameter) -> ToText:
    """Return the function that converts a value of this parameter into text.

    The function returned raises `ArgumentProblem`.
    """
    kind = parameter.type
    if get_origin(kind) is list:
        kind = cast("tuple[object, ...]", get_args(kind))[0]
    if kind is int:
        return _integer_converter(parameter)
    if isinstance(kind, type) and issubclass(kind, OpenEnum):
        return _enum_converter(kind, parameter)
    for simple, to_text in _SIMPLE:
        if kind is simple:
            return to_text
    return _text_converter(parameter)


def items_of(value: object) -> Sequence[object]:
    """Return the items of a list argument."""
    if isinstance(value, Sequence) and not isinstance(value, (str, bytes)):
        return cast("Sequence[object]", value)
    msg = f"must be a list, not {type(value).__name__}"
    raise ArgumentProblem(msg)


def _integer_converter(parameter: Parameter) -> ToText:
    low, high = INTEGER_RANGES[parameter.format or "int64"]
    if parameter.minimum is not None:
        low = max(low, parameter.minimum)
    if parameter.maximum is not None:
        high = min(high, parameter.maximum)

    def to_text(value: object) -> str:
        if not isinstance(value, int) or isinstance(value, bool):
            msg = f"must be a whole number, not {argument_text(value)}"
            raise ArgumentProblem(msg)
        if not low <= value <= high:
            msg = f"must be from {low} to {high}, not {argument_text(value)}"
            raise ArgumentProblem(msg)
        return int.__repr__(value)

    return to_text


def _uuid_text(value: object) -> str:
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, str):
        try:
            return str(UUID(value))
        except ValueError:
            pass
    msg = f"must be a UUID or a string with one, not {argument_text(value)}"
    raise ArgumentProblem(msg)


def _bool_text(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    msg = f"must be True or False, not {argument_text(value)}"
    raise ArgumentProblem(msg)


def _float_text(value: object) -> str:
    if isinstance(value, float) and math.isfinite(value):
        return float.__repr__(value)
    msg = f"must be a finite number, not {argument_text(value)}"
    raise ArgumentProblem(msg)


def _datetime_text(value: object) -> str:
    if not isinstance(value, datetime):
        msg = f"must be a datetime, not {argument_text(value)}"
        raise ArgumentProblem(msg)
    try:
        return format_datetime(value)
    except ValueError as error:
        problem = str(error)
    raise ArgumentProblem(problem)


_SIMPLE: Final[tuple[tuple[type, ToText], ...]] = (
    (UUID, _uuid_text),
    (bool, _bool_text),
    (float, _float_text),
    (datetime, _datetime_text),
)


def _enum_converter(kind: type[OpenEnum], parameter: Parameter) -> ToText:
    def to_text(value: object) -> str:
        if isinstance(value, str):
            member = kind(value)
            # One that is not known was made on purpose, or came in an answer.
            if isinstance(value, kind) or member.is_known:
                return plain(member.value)
        allowed = ", ".join(member.value for member in kind)
        msg = f"must be one of {bounded(allowed)}, not {argument_text(value)}"
        raise ArgumentProblem(msg)

    plain = _text_converter(parameter)
    return to_text


def _text_converter(parameter: Parameter) -> ToText:
    in_path = parameter.location == "path"
    in_header = parameter.location == "header"
    low, high = parameter.min_length or 0, parameter.max_length or MAX_TEXT_LENGTH

    def to_text(value: object) -> str:
        if isinstance(value, Secret):
            value = value.reveal()
        if not isinstance(value, str):
            kind, value = type(value).__name__, None
            msg = f"must be text, not {kind}"
            raise ArgumentProblem(msg)
        problem = _text_problem(value, low, high)
        if problem is None and in_path:
            problem = _segment_problem(value)
        if problem is None and in_header and not (value.isascii() and value.strip()):
            problem = "must be ASCII text that is not empty"
        if problem is not None:
            value = None
            raise ArgumentProblem(problem)
        # Other enums of text have a `str` of their own.
        return str.__str__(value)

    return to_text


def _text_problem(value: str, low: int, high: int) -> str | None:
    if not low <= len(value) <= high:
        return f"must be {low} to {high} characters long, not {len(value)}"
    if any(ord(character) < 0x20 or ord(character) == 0x7F for character in value):  # noqa: PLR2004
        return "must not hold control characters"
    try:
        value.encode()
    except UnicodeEncodeError:
        return "must be valid Unicode, without lone surrogates"
    return None


def _segment_problem(value: str) -> str | None:
    """Say why a value cannot be one path segment: it would name another route."""
    if not value.strip():
        return "must not be empty"
    if unquote(value) in (".", ".."):
        # Encoded ones too: a proxy on the way may decode twice.
        return "must not be '.' or '..', which would lead to another path"
    return None


def quoted(text: str) -> str:
    """Percent-encode so that the text stays one segment, name or value.

    Source: RFC 3986, sections 2.1 to 2.3.
    """
    return quote(text, safe="")
