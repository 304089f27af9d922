"""Converts query and header values to the arguments of handlers."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Final, TypeAlias, cast, get_args, get_origin
from urllib.parse import parse_qsl
from uuid import UUID

import attrs

from configcat_mgmt.core.codec.decode import decode
from configcat_mgmt.core.codec.problems import InvalidData
from configcat_mgmt.core.operation import Operation, Parameter
from configcat_mgmt.emulator.domain.refusals import Refused
from configcat_mgmt.emulator.server.routing import read_integer, read_uuid
from configcat_mgmt.enums import OpenEnum

Reader: TypeAlias = Callable[[str], object]

_BOOLEANS: Final = {"true": True, "false": False}
_MAX_FIELDS: Final = 1000


@attrs.frozen
class _BoundParameter:
    parameter: Parameter
    read: Reader
    is_list: bool

    def one(self, text: str) -> object:
        try:
            return self.read(text)
        except ValueError:
            message = f"The value is not valid for {self.parameter.wire_name}."
            raise _refusal(self.parameter, message) from None


class ArgumentReader:
    """Reads the query and header parameters of one operation.

    Names match in any case, the first of repeated values counts except for lists, and
    an empty value is as if it were not there. Source:
    https://learn.microsoft.com/aspnet/core/mvc/models/model-binding.
    """

    def __init__(self, operation: Operation[object]) -> None:
        """Prepare a reader for each parameter."""
        self._query = {
            parameter.wire_name.lower(): _bound(parameter)
            for parameter in operation.parameters
            if parameter.location == "query"
        }
        self._headers = [
            _bound(parameter)
            for parameter in operation.parameters
            if parameter.location == "header"
        ]
        self._path = [
            _bound(parameter)
            for parameter in operation.parameters
            if parameter.location == "path" and _is_enum(parameter.type)
        ]

    def read(
        self,
        path_values: Mapping[str, object],
        query: str,
        headers: Mapping[str, str],
    ) -> dict[str, object]:
        """Read the arguments of a call.

        Args:
            path_values: Path values by Python name; enums among them still as text.
            query: The raw query, without the question mark.
            headers: The headers; names in any case.

        Returns:
            The arguments that were sent, by their Python names.

        Raises:
            Refused: A value is not of its parameter's kind or out of range.
        """
        arguments = dict(path_values)
        for bound in self._path:
            name = bound.parameter.name
            arguments[name] = bound.one(str(arguments[name]))
        if query and self._query:
            self._read_query(query, arguments)
        for bound in self._headers:
            text = headers.get(bound.parameter.wire_name)
            if text:
                arguments[bound.parameter.name] = bound.one(text)
            elif bound.parameter.required:
                message = f"The header {bound.parameter.wire_name} is required."
                raise Refused((), message)
        return arguments

    def _read_query(self, query: str, arguments: dict[str, object]) -> None:
        try:
            pairs = parse_qsl(query, max_num_fields=_MAX_FIELDS)
        except ValueError:
            message = f"There are more than {_MAX_FIELDS} query values."
            raise Refused((), message) from None
        texts: dict[str, list[str]] = {}
        for name, text in pairs:
            texts.setdefault(name.lower(), []).append(text)
        for name, bound in self._query.items():
            given = texts.get(name)
            if given and bound.is_list:
                arguments[bound.parameter.name] = [bound.one(text) for text in given]
            elif given:
                arguments[bound.parameter.name] = bound.one(given[0])


def _bound(parameter: Parameter) -> _BoundParameter:
    kind, is_list = parameter.type, False
    if get_origin(kind) is list:
        kind, is_list = get_args(kind)[0], True
    return _BoundParameter(parameter, _reader(kind, parameter), is_list)


def _reader(kind: object, parameter: Parameter) -> Reader:
    if kind is UUID:
        return read_uuid
    if kind is int:
        return lambda text: _integer(text, parameter)
    if kind is bool:
        return _boolean
    if kind is datetime:
        return _moment
    if _is_enum(kind):
        return _choice({str(member).lower(): member for member in _members(kind)})
    return lambda text: _text(text, parameter)


def _is_enum(kind: object) -> bool:
    return isinstance(kind, type) and issubclass(kind, OpenEnum)


def _members(kind: object) -> Sequence[OpenEnum]:
    return list(kind) if isinstance(kind, type) and issubclass(kind, OpenEnum) else []


def _choice(members: Mapping[str, OpenEnum]) -> Reader:
    def read(text: str) -> OpenEnum:
        try:
            return members[text.lower()]
        except KeyError:
            raise ValueError(text) from None

    return read


def _boolean(text: str) -> bool:
    try:
        return _BOOLEANS[text.lower()]
    except KeyError:
        raise ValueError(text) from None


def _moment(text: str) -> datetime:
    # A plus sign that is not percent-encoded arrives as a space.
    text = text.replace(" ", "+")
    if len(text) == len("2026-01-31"):
        text += "T00:00:00"
    try:
        return cast("datetime", decode(text, datetime)).astimezone(UTC)
    except (InvalidData, OverflowError):
        raise ValueError(text) from None


def _integer(text: str, parameter: Parameter) -> int:
    number = read_integer(text, parameter.format)
    low, high = parameter.minimum, parameter.maximum
    if (low is not None and number < low) or (high is not None and number > high):
        message = f"The value must be from {low} to {high}."
        raise _refusal(parameter, message)
    return number


def _text(text: str, parameter: Parameter) -> str:
    low, high = parameter.min_length or 0, parameter.max_length
    if len(text) < low or (high is not None and len(text) > high):
        message = f"The value must have from {low} to {high} characters."
        raise _refusal(parameter, message)
    return text


def _refusal(parameter: Parameter, message: str) -> Refused:
    return Refused.of({parameter.wire_name: [message]})
