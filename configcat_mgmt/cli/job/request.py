"""What a job was asked for, so that no other job is gone on with in its place."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final, cast

import click

from configcat_mgmt.cli.job.options import HOW
from configcat_mgmt.errors import ConfigurationError
from configcat_mgmt.json_value import JsonValue

_LONGEST_SLUG: Final = 60


def this_request() -> dict[str, JsonValue]:
    """Return the present command with all that decides what it does; no secrets."""
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


def default_folder(kind: str, product: str) -> Path:
    """Return the folder of a job: `configcat-copy-web-shop` in the working directory.

    Args:
        kind: Such as `copy`.
        product: Its name, or whatever else was given for it.
    """
    slug = re.sub(r"[^a-z0-9]+", "-", product.casefold()).strip("-")
    return Path(f"configcat-{kind}-{slug[:_LONGEST_SLUG] or 'product'}")


def require_same(
    folder: Path, begun: Mapping[str, JsonValue], now: Mapping[str, JsonValue]
) -> None:
    """Refuse to go on with a job that is not the one that is asked for.

    Args:
        folder: Where it is.
        begun: What the job in the folder was asked for.
        now: What is asked for.

    Raises:
        ConfigurationError: Says what differs, and what can be done.
    """
    if begun == now:
        return
    names = dict.fromkeys([*begun, *now])
    differing = [
        f"{name} was {_said(begun.get(name))} and is {_said(now.get(name))}"
        for name in names
        if begun.get(name) != now.get(name)
    ]
    raise ConfigurationError(
        f"{folder} holds another job that is not finished: {', '.join(differing)}. "
        f"Go on with that one by its own command, use another folder for this one "
        f"(--job FOLDER), or give that one up (--start-over)"
    )


def _said(value: JsonValue) -> str:
    return "not given" if value is None else repr(value)
