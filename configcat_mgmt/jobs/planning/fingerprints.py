"""Fingerprints that show whether somebody changed a setting since it was planned."""

import hashlib
import json
from collections.abc import Iterable
from typing import Final

import attrs

from configcat_mgmt.jobs.model.first_form import swap_value_names
from configcat_mgmt.jobs.model.serialization import write_record
from configcat_mgmt.jobs.model.snapshot import Setting
from configcat_mgmt.json_value import JsonValue

_DIGITS: Final = 16
_canonical: Final = json.JSONEncoder(sort_keys=True, separators=(",", ":")).encode


def fingerprints_of(setting: Setting) -> dict[str, str]:
    """Return a digest of a setting, and one of its content in each environment.

    Every change of the setting changes a digest. Only its order has no digest, since
    the order also changes when other settings come and go.

    Returns:
        Digests of 16 hexadecimal digits by `setting`, for id, name, hint, tags and
        predefined variations, and by `values/` and the name of each environment.
    """
    # Plans of older versions do not know `is_json`, so False counts as unknown.
    is_json = setting.is_json or None
    bare = attrs.evolve(setting, order=0, values={}, is_json=is_json)
    fingerprints = {"setting": _digest(write_record(bare))}
    for environment, value in setting.values.items():
        fingerprints[f"values/{environment}"] = _digest(
            swap_value_names(write_record(value))
        )
    return fingerprints


def fingerprint_of_keys(keys: Iterable[str]) -> str:
    """Return a digest of the keys in a config: 16 hexadecimal digits."""
    return _digest(sorted(key.casefold() for key in keys))


def _digest(data: JsonValue) -> str:
    text = _canonical(data).encode("ascii")
    return hashlib.sha256(text).hexdigest()[:_DIGITS]
