"""Options and inputs shared by commands that only read."""

import asyncio
from collections.abc import Iterable
from pathlib import Path
from typing import Final

import click

from configcat_mgmt.cli.options.connection import Connection, connect
from configcat_mgmt.cli.options.files import NamedPath, file_to_write
from configcat_mgmt.cli.terminal.output import console
from configcat_mgmt.cli.terminal.progress import CallsMeter, shown
from configcat_mgmt.errors import ConfigurationError
from configcat_mgmt.jobs import (
    STALE_DAYS,
    USUAL_DAYS,
    Snapshot,
    StaleReport,
    find_stale,
    load_snapshot,
    take_snapshot,
)
from configcat_mgmt.task_group import task_group

html_option: Final = click.option(
    "--html",
    type=NamedPath(dir_okay=False, path_type=Path),
    callback=file_to_write,
    metavar="FILE",
    help="Also write an HTML page, readable without a network.",
)

days_option: Final = click.option(
    "--days",
    type=click.IntRange(STALE_DAYS.start, STALE_DAYS.stop - 1),
    default=USUAL_DAYS,
    show_default=True,
    help="Days without a change that make a flag stale.",
)


def read_places(*places: tuple[str, str]) -> list[Snapshot]:
    """Read products side by side.

    Args:
        places: Pairs of a place and a profile. The place is the name or id of a
            product, or a snapshot file; the profile is the account to read with.

    Raises:
        ConfigurationError: A file is not a snapshot, or a product does not exist.
    """
    found = [
        load_snapshot(place, allow_edited=True) if Path(place).is_file() else None
        for place, _ in places
    ]
    missing = [
        (place, connect(profile))
        for (place, profile), file in zip(places, found, strict=True)
        if file is None
    ]
    read = iter(asyncio.run(_read(missing)) if missing else ())
    return [next(read) if file is None else file for file in found]


def read_stale(snapshot: Snapshot, profile: str, *, days: int) -> StaleReport:
    """Read the flags of a product that are stale for at least `days` days.

    Raises:
        ConfigurationError: `days` is not from 7 to 90.
    """
    account = connect(profile)
    meter = CallsMeter("Reading")

    async def read() -> StaleReport:
        async with account.client() as client, shown(meter, console(stderr=True)):
            return await find_stale(client, snapshot, days=days, progress=meter.part())

    return asyncio.run(read())


async def _read(places: Iterable[tuple[str, Connection]]) -> list[Snapshot]:
    meter = CallsMeter("Reading")

    async def read(place: str, account: Connection) -> Snapshot:
        async with account.client() as client:
            try:
                return await take_snapshot(client, place, progress=meter.part())
            except ConfigurationError as error:
                msg = f"there is no file {place!r}, and {error}"
                raise ConfigurationError(msg) from None

    async with shown(meter, console(stderr=True)), task_group() as group:
        tasks = [group.create_task(read(*place)) for place in places]
    return [task.result() for task in tasks]
