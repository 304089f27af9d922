"""What commands share that only look: where they read, and where they write."""

import asyncio
from collections.abc import Iterable
from pathlib import Path
from typing import Final

import click

from configcat_mgmt.cli.options.connection import Connection, connect
from configcat_mgmt.cli.terminal.output import console
from configcat_mgmt.cli.terminal.progress import CallsMeter, shown
from configcat_mgmt.cli.terminal.tasks import task_group
from configcat_mgmt.jobs import (
    STALE_DAYS,
    USUAL_DAYS,
    Snapshot,
    StaleReport,
    find_stale,
    load_snapshot,
    take_snapshot,
)

html_option: Final = click.option(
    "--html",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Write it as a page too, which needs no network to be read.",
)

days_option: Final = click.option(
    "--days",
    type=click.IntRange(STALE_DAYS.start, STALE_DAYS.stop - 1),
    default=USUAL_DAYS,
    show_default=True,
    help="For how long nobody has changed a stale flag.",
)


def read_places(*places: tuple[str, str]) -> list[Snapshot]:
    """Read products, side by side.

    Args:
        places: Each the name or id of a product, or the file of a snapshot, and the
            profile of the account that it is read with.

    Raises:
        ConfigurationError: A file is no snapshot, or there is no such product.
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
    """Read which flags of a product have been stale for so many days.

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
            return await take_snapshot(client, place, progress=meter.part())

    async with shown(meter, console(stderr=True)), task_group() as group:
        tasks = [group.create_task(read(*place)) for place in places]
    return [task.result() for task in tasks]
