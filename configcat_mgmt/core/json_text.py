"""Reads and writes JSON text, with the same result with or without orjson."""

import importlib
import json
import math
from collections.abc import Callable
from typing import Final, NoReturn, cast

from configcat_mgmt.gc_pause import collector_paused
from configcat_mgmt.json_value import JsonValue

_BOM: Final = b"\xef\xbb\xbf"


def _finite(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        message = "a number is out of range"
        raise ValueError(message)
    return value


def _refuse_constant(name: str) -> NoReturn:
    message = f"{name} is not JSON"
    raise ValueError(message)


_decoder: Final = json.JSONDecoder(parse_float=_finite, parse_constant=_refuse_constant)
_encoder: Final = json.JSONEncoder(
    ensure_ascii=False, allow_nan=False, separators=(",", ":")
)


def find_fast_parser() -> Callable[[bytes], JsonValue] | None:
    """Return `orjson.loads`, or None if orjson is not installed."""
    try:
        module = importlib.import_module("orjson")
    except ImportError:
        return None
    return cast("Callable[[bytes], JsonValue]", module.loads)


fast_parser = find_fast_parser()
"""The parser that `parse_json` tries first."""


def parse_json(text: bytes) -> JsonValue:
    """Read a JSON text in UTF-8, with or without a byte order mark.

    The standard library reads again whatever orjson refuses, so the verdict and its
    words do not depend on what is installed: lone surrogates, say, are accepted.

    Raises:
        ValueError: Not JSON, not UTF-8, NaN or an infinity, nested too deeply, or a
            number with too many digits.
    """
    with collector_paused(len(text)):
        if fast_parser is not None:
            try:
                return fast_parser(text)
            except (ValueError, RecursionError):
                pass
        return parse_with_stdlib(text)


def parse_with_stdlib(text: bytes) -> JsonValue:
    """Read a JSON text as `parse_json` does without orjson, and raise the same."""
    try:
        return cast("JsonValue", _decoder.decode(text.removeprefix(_BOM).decode()))
    except UnicodeDecodeError as error:
        message = f"not UTF-8: byte {error.start} cannot be read"
    except json.JSONDecodeError as error:
        message = f"not JSON: {error}"
    except RecursionError:
        message = "not usable: the JSON is nested too deeply"
    except ValueError as error:
        many = "integer string conversion" in str(error)
        message = f"not usable: {'a number has too many digits' if many else error}"
    raise ValueError(message) from None


def dump_json(value: JsonValue) -> bytes:
    """Write plain JSON data as compact UTF-8.

    Always the standard library: orjson writes NaN as null without a word, and looking
    for NaN first costs more than orjson saves.

    Raises:
        ValueError: NaN or an infinity, a lone surrogate, a value or key that is no
            JSON, nested too deeply or in itself.
    """
    try:
        return _encoder.encode(value).encode()
    except UnicodeEncodeError:
        message = "half of a surrogate pair in a text"
    except RecursionError:
        message = "nested too deeply"
    except (TypeError, ValueError) as error:
        message = str(error)
    raise ValueError(f"cannot be written as JSON: {message}") from None
