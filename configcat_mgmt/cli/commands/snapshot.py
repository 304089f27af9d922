"""`configcat-mgmt snapshot`: save a whole product to one file."""

import asyncio
from collections.abc import Mapping
from pathlib import Path

import click

from configcat_mgmt.cli.job.document import field_documents
from configcat_mgmt.cli.job.options import json_option, secrets_option
from configcat_mgmt.cli.options.connection import Connection, connect, profile_option
from configcat_mgmt.cli.options.files import NamedPath, file_to_write
from configcat_mgmt.cli.options.selection import Choice, selection_options
from configcat_mgmt.cli.terminal.output import console, print_json, styled, table
from configcat_mgmt.cli.terminal.progress import CallsMeter, shown
from configcat_mgmt.jobs import (
    LEFT_OUT,
    Gap,
    Snapshot,
    save_snapshot,
    snapshot_hash,
    take_snapshot,
)
from configcat_mgmt.texts import counted


@click.command()
@click.argument("product")
@click.option(
    "-o",
    "--out",
    type=NamedPath(dir_okay=False, path_type=Path),
    required=True,
    callback=file_to_write,
    help="File to write; only its owner can read it.",
)
@profile_option
@selection_options()
@click.option("--members", is_flag=True, help="Read the members too.")
@secrets_option
@click.option(
    "--stable",
    is_flag=True,
    help="Leave out the time, so equal products give equal files.",
)
@json_option
def snapshot(
    *,
    product: str,
    out: Path,
    profile: str,
    choice: Choice,
    members: bool,
    secrets: bool,
    stable: bool,
    as_json: bool,
) -> None:
    """Save PRODUCT, given by name or id, with all of its contents to one file.

    You can compare snapshots line by line, keep them in version control, and restore
    them with `configcat-mgmt restore`. Only --secrets includes secrets.
    """

    async def read(account: Connection) -> Snapshot:
        meter = CallsMeter("Reading")
        async with account.client() as client, shown(meter, console(stderr=True)):
            return await take_snapshot(
                client,
                product,
                secrets=secrets,
                members=members,
                only=choice.selection(),
                progress=meter.part(),
            )

    found = asyncio.run(read(connect(profile)))
    choice.require_matches(found)
    save_snapshot(found, out, stable=stable)
    gaps = [gap for gap in found.gaps if gap.reason != LEFT_OUT]
    counts = _counts(found, members=members)
    if as_json:
        print_json(
            {
                "file": str(out),
                "product": found.name,
                "product_id": str(found.source.product_id),
                "organization": found.source.organization,
                "hash": snapshot_hash(found),
                "counts": {**counts},
                "gaps": [
                    {"entity": gap.entity, "key": gap.key, "reason": gap.reason}
                    for gap in gaps
                ],
                "unknown_fields": field_documents(found.unknown_fields),
            }
        )
        return
    _show(found, counts, gaps, out)


def _counts(snapshot: Snapshot, *, members: bool) -> dict[str, int | None]:
    """Count the contents of a snapshot by kind; None for a kind that was not read."""
    settings = [one for config in snapshot.configs for one in config.settings]
    counts: dict[str, tuple[str, int]] = {
        "environments": ("environment", len(snapshot.environments)),
        "tags": ("tag", len(snapshot.tags)),
        "permission groups": ("permission_group", len(snapshot.permission_groups)),
        "segments": ("segment", len(snapshot.segments)),
        "configs": ("config", len(snapshot.configs)),
        "settings": ("setting", len(settings)),
        "values": ("values", sum(len(one.values) for one in settings)),
        "webhooks": ("webhook", len(snapshot.webhooks)),
        "integrations": ("integration", len(snapshot.integrations)),
        "members": ("member", len(snapshot.members)),
    }
    unread = {one.entity for one in snapshot.gaps if one.key == "*"}
    if not members:
        unread.add("member")
    return {
        name: None if entity in unread else count
        for name, (entity, count) in counts.items()
    }


def _show(
    found: Snapshot, counts: Mapping[str, int | None], gaps: list[Gap], path: Path
) -> None:
    out = console()
    out.print(styled(f"{found.name} in {found.source.organization}", "bold"))
    made = table("", "count", numbers=["count"])
    for kind, count in counts.items():
        made.add_row(kind, "not read" if count is None else f"{count:,}")
    out.print(made)
    for gap in gaps:
        state = "read-only" if gap.was_read else "not read"
        place = f"{gap.entity} {gap.key}"
        out.print(styled(f"{state}: {place}: {gap.reason}", "yellow"))
    if any(not gap.was_read for gap in gaps):
        missing = counted(sum(not gap.was_read for gap in gaps), "part")
        out.print(
            styled(f"The snapshot lacks {missing} of the product.", "bold yellow")
        )
    if found.unknown_fields:
        fields = ", ".join(f"{one.entity} {one.field}" for one in found.unknown_fields)
        out.print(
            styled(
                f"The service has fields that this version does not know, so the "
                f"snapshot lacks them: {fields}.",
                "yellow",
            )
        )
    out.print(styled(f"Saved to {path}."))
