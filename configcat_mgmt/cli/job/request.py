"""The request that began a job, so a different job cannot resume it."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final, cast

import click

from configcat_mgmt.cli.job.options import HOW
from configcat_mgmt.errors import ConfigurationError
from configcat_mgmt.json_value import JsonValue

_SHOWN: Final = 3
"""Maximum number of differences to show."""


def this_request() -> dict[str, JsonValue]:
    """Return the present command and the options that determine its changes."""
    context = click.get_current_context()
    found: dict[str, JsonValue] = {"command": context.info_name or ""}
    for name, value in sorted(context.params.items()):
        if name not in HOW and value not in (None, (), False):
            found[name] = _plain(value)
    return found


def _plain(value: object) -> JsonValue:
    if isinstance(value, tuple):
        return [str(item) for item in cast("tuple[object, ...]", value)]
    return value if isinstance(value, bool | int | float) else str(value)


def require_same(
    folder: Path, begun: Mapping[str, JsonValue], now: Mapping[str, JsonValue]
) -> None:
    """Refuse to resume a job that a different request began.

    Args:
        folder: The folder of the job.
        begun: The request that began the job.
        now: The present request.

    Raises:
        ConfigurationError: The requests differ; the message names the differences.
    """
    if begun == now:
        return
    if begun.get("command") != now.get("command"):
        problem = f"a {begun.get('command')} job, not a {now.get('command')} job"
    else:
        names = dict.fromkeys([*begun, *now])
        differing = [
            f"{_option(name)} was {_said(begun.get(name))}, is {_said(now.get(name))}"
            for name in names
            if begun.get(name) != now.get(name)
        ]
        problem = f"another job: {'; '.join(differing[:_SHOWN])}"
        if len(differing) > _SHOWN:
            problem += f"; and {len(differing) - _SHOWN} more"
    raise ConfigurationError(
        f"{folder} holds an unfinished job, and it is {problem}. Resume that job with "
        f"its own command, use another folder for this one (--job FOLDER), or discard "
        f"that one (--start-over)"
    )


def _option(name: str) -> str:
    """Return an option or argument of the present command as the user writes it."""
    for parameter in click.get_current_context().command.params:
        if parameter.name == name:
            is_option = isinstance(parameter, click.Option)
            return parameter.opts[0] if is_option else name.upper()
    return name


def _said(value: JsonValue) -> str:
    if value is None:
        return "not given"
    values = value if isinstance(value, list) else [value]
    return ", ".join(str(one) if isinstance(one, int) else repr(one) for one in values)
