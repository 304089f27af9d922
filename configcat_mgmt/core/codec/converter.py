"""The one place where JSON data becomes models and models become JSON data.

Reading goes through a cattrs converter, whose hooks are made per model on first use.
cattrs is imported only then, so that a client that is merely made does not pay for it.
"""

from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, TypeVar, cast
from uuid import UUID

from configcat_mgmt.core.codec.decode_answer import (
    UNFIT,
    Reader,
    make_reader,
    make_record_reader,
    read_enum,
)
from configcat_mgmt.core.codec.decode_strict import UnknownFields, read_carefully
from configcat_mgmt.core.codec.gc_pause import collector_paused
from configcat_mgmt.core.codec.json_text import parse_json
from configcat_mgmt.core.codec.problems import InvalidData
from configcat_mgmt.core.codec.schema import is_record, record_shape, slot_of
from configcat_mgmt.core.codec.to_json import encode_body, to_json
from configcat_mgmt.enums import OpenEnum
from configcat_mgmt.errors import DecodeError

if TYPE_CHECKING:
    from cattrs import Converter

__all__ = [
    "converter",
    "decode_answer",
    "decode_strict",
    "encode_body",
    "from_json",
    "read_answer",
    "to_json",
]

T = TypeVar("T")


def from_json(data: object, kind: type[T]) -> T:
    """Make a model from plain JSON data, as leniently as answers are read.

    Unknown fields are ignored and unknown enum values kept. What an answer lacks, if it
    is not essential, is None, or empty for a list. Models of requests are read back
    field for field, and must be complete.

    Args:
        data: What `json.loads` gives, such as the result of `to_json`.
        kind: The model, or a type such as `list[TagModel]`.

    Raises:
        DecodeError: The data does not fit; lists every problem with its place.
    """
    try:
        return cast("T", decode_answer(data, kind))
    except InvalidData as invalid:
        problems = [str(problem) for problem in invalid.problems]
    raise DecodeError("from_json", problems)


def read_answer(text: bytes, kind: object) -> object:
    """Read an answer from its JSON text.

    Raises:
        ValueError: It is not usable JSON.
        InvalidData: It does not fit `kind`.
    """
    with collector_paused(len(text)):
        return decode_answer(parse_json(text), kind)


def decode_answer(data: object, kind: object) -> object:
    """Read plain JSON data from the service as `kind`, leniently.

    For a large answer put this and `parse_json` into one `collector_paused`.

    Args:
        data: What `parse_json` gives.
        kind: The type of the body as the operation states it; None for no body.

    Raises:
        InvalidData: With every problem.
    """
    if kind is None:
        return None
    read = _reader_of(kind)
    try:
        return read(data, kind)
    except UNFIT:
        pass
    # Out here, so that no error holds the answer as its context.
    return read_carefully(data, kind, strict=False)


def decode_strict(
    data: object,
    kind: object,
    *,
    unknown: UnknownFields,
) -> object:
    """Read plain JSON data of a request as `kind`, and let nothing pass.

    Args:
        data: What `parse_json` gives; any mapping and sequence will do.
        kind: The type of the body as the operation states it; None for no body.
        unknown: Whether fields that the model does not have are ignored, as the
            service does, or problems.

    Raises:
        InvalidData: With every problem: missing fields, nulls, wrong types, text and
            numbers out of range, unknown enum values.
    """
    if kind is None:
        return None
    return read_carefully(data, kind, strict=True, unknown=unknown)


@cache
def converter() -> "Converter":
    """Return the cattrs converter that knows every model.

    `structure` reads as leniently as answers are read, but says nothing of use about
    data that does not fit; `from_json` does. `unstructure` is `to_json`.
    """
    from cattrs import Converter

    made = Converter(detailed_validation=False)
    made.register_structure_hook_factory(lambda _: True, _hook)
    made.register_structure_hook_factory(is_record, _record_hook)
    made.register_structure_hook(OpenEnum, read_enum)
    for kind in (str, int, float, bool, UUID, datetime):
        made.register_structure_hook(kind, _hook(kind))
    made.register_unstructure_hook_func(is_record, to_json)
    for other in (OpenEnum, UUID, datetime):
        made.register_unstructure_hook(other, to_json)
    return made


def _record_hook(kind: type) -> Reader:
    return make_record_reader(record_shape(kind), _reader_of)


def _hook(kind: object) -> Reader:
    return make_reader(slot_of(kind), _reader_of)


@cache
def _reader_of(kind: object) -> Reader:
    return cast("Reader", converter().get_structure_hook(kind))
