"""The file that an export of a LaunchDarkly project is saved to.

It is a JSON object with `format`, `version`, `host`, `api_version`, `taken_at`,
`project`, `environments`, `flags` and `segments` (by environment), as the REST API has
them. Optional: `changed_while_read` (keys of flags), `list_attributes` (such as
`["user.groups"]`; absent if nobody asked for them) and `unknown_list_attributes` (such
as `{"user.teams": "403 in production"}`).
"""

import json
import os
from collections.abc import Mapping
from typing import Final, NoReturn, cast

from configcat_mgmt.checked import checked
from configcat_mgmt.core.json_text import parse_json
from configcat_mgmt.errors import ConfigurationError
from configcat_mgmt.files import read_text, write_private
from configcat_mgmt.jobs.launchdarkly.model import Project
from configcat_mgmt.jobs.launchdarkly.parse import read_project
from configcat_mgmt.json_value import JsonValue

FORMAT: Final = "launchdarkly-export"
VERSION: Final = 1
"""Raised when older versions cannot read the files of this one."""
MAX_BYTES: Final = 1024 * 1024 * 1024
"""Size limit of a file, in bytes."""

_LINKS: Final = frozenset({"_links", "_access", "_site"})
_SECRETS: Final = frozenset({"apiKey", "mobileKey"})
"""SDK keys of an environment, in clear text."""
_PEOPLE: Final = frozenset({"_maintainer", "_maintainerTeam"})
"""Names and addresses; the id of a maintainer stays."""


NOT_KEPT: Final = _LINKS - {"_links"} | _SECRETS | _PEOPLE
"""Members of projects, environments, flags and segments that must reach no file."""


@checked
def save_export(
    document: Mapping[str, JsonValue], path: str | os.PathLike[str]
) -> None:
    """Write an export to a file that only its owner can read.

    Args:
        document: The export.
        path: The file, which is replaced atomically.

    Raises:
        ConfigurationError: The file cannot be written; a previous file is unchanged.
    """
    text = json.dumps(without_secrets(document), indent=1, ensure_ascii=False)
    # Half of a surrogate pair becomes its JSON escape.
    write_private(path, f"{text}\n".encode("utf-8", "backslashreplace"))


@checked
def load_export(path: str | os.PathLike[str]) -> dict[str, JsonValue]:
    """Read an export from a file.

    Returns:
        The export, without SDK keys and addresses of people.

    Raises:
        ConfigurationError: The file is missing, larger than `MAX_BYTES`, truncated, not
            an export, or of a newer version.
    """
    place = os.fspath(path)
    text = read_text(path, MAX_BYTES)
    try:
        document = parse_json(text)
    except ValueError as error:
        _refuse(place, f"{error}; if the file was truncated or edited, export again")
    if not isinstance(document, Mapping) or document.get("format") != FORMAT:
        _refuse(
            place,
            "it is not an export of a LaunchDarkly project; pass a file that --export "
            "wrote",
        )
    version = document.get("version")
    if type(version) is not int or version < 1:
        _refuse(place, "it has no version; export again")
    if version > VERSION:
        _refuse(
            place,
            f"it has version {version}, and this version reads {VERSION}; use a newer "
            f"configcat-mgmt",
        )
    return without_secrets(document)


@checked
def load_project(path: str | os.PathLike[str]) -> Project:
    """Read the project of an export file.

    Returns:
        The project, ready to be translated.

    Raises:
        ConfigurationError: As for `load_export`, or the export is inconsistent.
    """
    return read_project(load_export(path))


def without_secrets(document: Mapping[str, JsonValue]) -> dict[str, JsonValue]:
    """Return an export without SDK keys and addresses of people."""
    found = dict(document)
    project = found.get("project")
    if isinstance(project, Mapping):
        found["project"] = _without(project, _LINKS | {"environments"})
    found["environments"] = _each(found.get("environments"), _LINKS | _SECRETS)
    flags = _each(found.get("flags"), _LINKS | _PEOPLE)
    for flag in flags if isinstance(flags, list) else ():
        if isinstance(flag, dict) and isinstance(flag.get("environments"), Mapping):
            configs = cast("Mapping[str, JsonValue]", flag["environments"])
            flag["environments"] = {
                name: _without(one, _LINKS) if isinstance(one, Mapping) else one
                for name, one in configs.items()
            }
    found["flags"] = flags
    segments = found.get("segments")
    if isinstance(segments, Mapping):
        found["segments"] = {
            name: _each(one, _LINKS | {"_flags"}) for name, one in segments.items()
        }
    return found


def _each(value: JsonValue, names: frozenset[str]) -> JsonValue:
    if not isinstance(value, list | tuple):
        return value
    return [_without(one, names) if isinstance(one, Mapping) else one for one in value]


def _without(
    value: Mapping[str, JsonValue], names: frozenset[str]
) -> dict[str, JsonValue]:
    return {name: one for name, one in value.items() if name not in names}


def _refuse(place: str, reason: str) -> NoReturn:
    raise ConfigurationError(f"{place} cannot be imported: {reason}")
