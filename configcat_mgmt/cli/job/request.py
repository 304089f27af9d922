"""The request that began a job, so a different job cannot resume it."""

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


def default_folder(kind: str, product: str) -> Path:
    """Return the folder of a job: `configcat-copy-web-shop` in the working directory.

    Args:
        kind: Kind of the job, such as `copy`.
        product: Name or id of the product, as given.
    """
    slug = re.sub(r"[^a-z0-9]+", "-", product.casefold()).strip("-")
    return Path(f"configcat-{kind}-{slug[:_LONGEST_SLUG] or 'product'}")


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
