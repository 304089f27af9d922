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
    raise ConfigurationError(
        f"{folder} holds {unfinished_other(begun, now)}. Resume that job with its own "
        f"command, use another folder for this one (--job FOLDER), or discard that one "
        f"(--start-over)"
    )


def unfinished_other(
    begun: Mapping[str, JsonValue], now: Mapping[str, JsonValue]
) -> str:
    """Describe an unfinished job that a different request began.

    Args:
        begun: The request that began the job.
        now: The present request.
    """
    if begun.get("command") != now.get("command"):
        commands = begun.get("command"), now.get("command")
        return "an unfinished job: it is a {} job, not a {} job".format(*commands)
    differing = [
        f"{_option(name)} was {_said(begun.get(name))}, is {_said(now.get(name))}"
        for name in dict.fromkeys([*begun, *now])
        if begun.get(name) != now.get(name)
    ]
    problem = f"an unfinished job of another request: {'; '.join(differing[:_SHOWN])}"
    if len(differing) > _SHOWN:
        problem += f"; and {len(differing) - _SHOWN} more"
    return problem


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
