"""`configcat-mgmt audit`: export the audit log to a file."""

import asyncio
import time
from datetime import UTC, datetime
from difflib import get_close_matches
from pathlib import Path
from typing import cast

import click
from rich.console import RenderableType

from configcat_mgmt.api.model_index import AuditLogType
from configcat_mgmt.cli.job.options import json_option
from configcat_mgmt.cli.options.connection import connect, profile_option
from configcat_mgmt.cli.options.files import NamedPath, file_to_write
from configcat_mgmt.cli.terminal.output import console, print_json, styled
from configcat_mgmt.cli.terminal.progress import add_bar, bars, shown
from configcat_mgmt.jobs import AuditForm, AuditQuery, export_audit_log
from configcat_mgmt.texts import duration, suggestion


def _moment(
    _context: click.Context, _option: click.Parameter, value: str | None
) -> datetime | None:
    """Read a date or time in ISO 8601; without an offset it is in UTC."""
    if value is None:
        return None
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        message = f"{value!r} is not a time such as 2026-11-01 or 2026-11-01T08:30Z"
        raise click.BadParameter(message) from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _entry_type(
    _context: click.Context, _option: click.Parameter, value: str | None
) -> AuditLogType | None:
    """Read a type of entries; a new one of the service is only remarked on."""
    kind = AuditLogType(value) if value else None
    if kind is not None and not kind.is_known:
        close = get_close_matches(kind.value, [one.value for one in AuditLogType])
        hint = f"; {suggestion(close, '')}" if close else ""
        text = f"This version does not know the type {kind.value!r}{hint}"
        console(stderr=True).print(styled(text))
    return kind


class EntriesMeter:
    """Counts the entries of an export."""

    def __init__(self) -> None:
        """Start the count."""
        self._began = time.monotonic()
        self.done = 0
        self.known: int | None = None

    def count(self, done: int, known: int | None) -> None:
        """Take the number of entries written, and of all entries."""
        self.done, self.known = done, known

    def line(self) -> str:
        """Return the progress as one line."""
        seconds = duration(time.monotonic() - self._began)
        total = "" if self.known is None else f" of about {self.known:,}"
        return f"Exporting: {self.done:,}{total} entries, {seconds}"

    def __rich__(self) -> RenderableType:
        """Draw a bar."""
        made = bars()
        add_bar(made, "Exporting", self.done, max(self.known or 0, self.done))
        return made


@click.command()
@click.argument("product", required=False)
@click.option(
    "--organization",
    metavar="NAME",
    help="Export the log of a whole organization, by name or id, instead.",
)
@click.option("--config", metavar="NAME", help="Only entries of this config.")
@click.option("--environment", metavar="NAME", help="Only entries of this environment.")
@click.option(
    "--type",
    "kind",
    callback=_entry_type,
    metavar="TYPE",
    help="Only entries of this type, such as settingValueChanged.",
)
@click.option(
    "--from",
    "since",
    callback=_moment,
    metavar="TIME",
    help="Start of the time span, in UTC.",
)
@click.option(
    "--to",
    "until",
    callback=_moment,
    metavar="TIME",
    help="End of the time span, in UTC.",
)
@click.option(
    "-o",
    "--out",
    type=NamedPath(dir_okay=False, path_type=Path),
    required=True,
    callback=file_to_write,
    help="File to write; only its owner can read it.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["jsonl", "csv"]),
    help="JSON lines or CSV; CSV by default for a file that ends in .csv.",
)
@profile_option
@json_option
def audit(
    *,
    product: str | None,
    organization: str | None,
    config: str | None,
    environment: str | None,
    kind: AuditLogType | None,
    since: datetime | None,
    until: datetime | None,
    out: Path,
    form: str | None,
    profile: str,
    as_json: bool,
) -> None:
    """Export the audit log of PRODUCT, given by name or id, newest entries first.

    Without a time span, the export covers everything up to now. The same command
    continues an interrupted export, whose entries are in FILE.part until its end.
    """
    query = AuditQuery(
        product=product,
        organization=organization,
        config=config,
        environment=environment,
        kind=kind,
        since=since,
        until=until,
    )
    suffix = "csv" if out.suffix.lower() == ".csv" else "jsonl"
    account = connect(profile)
    meter = EntriesMeter()

    async def export() -> tuple[int, bool]:
        async with account.client() as client, shown(meter, console(stderr=True)):
            found = await export_audit_log(
                client,
                query,
                out,
                form=cast("AuditForm", form or suffix),
                progress=meter.count,
            )
        return found.count, found.resumed

    count, resumed = asyncio.run(export())
    if as_json:
        print_json({"file": str(out), "entries": count, "resumed": resumed})
        return
    noun = "entry" if count == 1 else "entries"
    note = ", resumed" if resumed else ""
    console().print(styled(f"{count:,} {noun} in {out}{note}"))
