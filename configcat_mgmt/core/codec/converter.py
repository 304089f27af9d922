"""The codec: JSON data becomes models, and models become JSON data.

There are two ways in, and two back. Responses are read leniently (`decode_answer`) and
written as they are (`to_json`). Requests are read strictly (`decode_strict`) and
checked when written (`encode_body`). cattrs generates all four.
"""

import contextlib
from typing import Literal, TypeVar, cast

from configcat_mgmt.core.codec.decode import readers
from configcat_mgmt.core.codec.encode import encode_body, to_json
from configcat_mgmt.core.codec.hooks import outermost
from configcat_mgmt.core.codec.problems import InvalidData, Unfit
from configcat_mgmt.errors import DecodeError

__all__ = ["decode_answer", "decode_strict", "encode_body", "from_json", "to_json"]

T = TypeVar("T")


def from_json(data: object, kind: type[T]) -> T:
    """Make a model from plain JSON data, as leniently as responses are read.

    Unknown fields are ignored and unknown enum values kept. A field that is missing or
    null becomes None, or empty for a list, unless the model is of no use without it.
    Models of requests are read back field for field and must be complete.

    Args:
        data: The result of `json.loads` or of `to_json`.
        kind: The model, or a type such as `list[TagModel]`.

    Raises:
        DecodeError: The data does not fit; lists every problem with its place.
    """
    try:
        return cast("T", decode_answer(data, kind))
    except InvalidData as invalid:
        problems = [str(problem) for problem in invalid.problems]
    raise DecodeError("from_json", problems, status=0)


def decode_answer(data: object, kind: object) -> object:
    """Read plain JSON data from the service as `kind`, leniently.

    For a large response put this and `parse_json` into one `collector_paused`.

    Args:
        data: The result of `parse_json`.
        kind: The type of the body as the operation states it; None for no body.

    Raises:
        InvalidData: With every problem.
    """
    if kind is None:
        return None
    read = readers("straight").of(kind)
    with contextlib.suppress(Unfit, InvalidData, KeyError, TypeError):
        return read(data, kind)
    # Outside of the block, so that no error keeps the response as its context.
    return outermost(readers("detailed").of(kind), data)


def decode_strict(
    data: object,
    kind: object,
    *,
    unknown: Literal["ignore", "refuse"],
) -> object:
    """Read plain JSON data of a request as `kind`, and accept no deviation.

    Args:
        data: The result of `parse_json`; other mappings and sequences are accepted.
        kind: The type of the body as the operation states it; None for no body.
        unknown: Whether fields that the model does not have are ignored, as the
            service does, or problems.

    Raises:
        InvalidData: With every problem in the order of the data: missing fields, nulls,
            wrong types, text and numbers out of range, unknown enum values.
    """
    if kind is None:
        return None
    return outermost(readers(unknown).of(kind), data)
