"""`configcat-mgmt backup`: save all products of an organization to a folder."""

import asyncio
from pathlib import Path

import click

from configcat_mgmt.cli.job.options import json_option, secrets_option
from configcat_mgmt.cli.options.connection import Connection, connect, profile_option
from configcat_mgmt.cli.options.files import NamedPath
from configcat_mgmt.cli.terminal.exit_codes import DONE, ERROR
from configcat_mgmt.cli.terminal.output import console, print_json, styled, table
from configcat_mgmt.cli.terminal.progress import CallsMeter, shown
from configcat_mgmt.jobs import OrganizationBackup, back_up_organization
from configcat_mgmt.texts import counted


@click.command()
@click.option(
    "--organization",
    metavar="NAME|ID",
    help="Organization to save; by default the only one of the account.",
)
@click.option(
    "-o",
    "--out",
    type=NamedPath(file_okay=False, path_type=Path),
    required=True,
    metavar="FOLDER",
    help="Folder to write; only its owner can read the files.",
)
@profile_option
@click.option("--members", is_flag=True, help="Save the members too.")
@secrets_option
@json_option
def backup(
    *,
    organization: str | None,
    out: Path,
    profile: str,
    members: bool,
    secrets: bool,
    as_json: bool,
) -> int:
    """Save every product of an organization, and its proxy profiles, to FOLDER.

    Each product becomes a snapshot file. An unchanged product leaves its file as it is,
    so you can keep the folder in version control. A deleted product loses its file.

    Exit code 1 if a product cannot be read; it keeps the file of the last backup.
    """

    async def save(account: Connection) -> OrganizationBackup:
        meter = CallsMeter("Reading")
        async with account.client() as client, shown(meter, console(stderr=True)):
            return await back_up_organization(
                client,
                organization,
                out,
                secrets=secrets,
                members=members,
                progress=meter.part(),
            )

    found = asyncio.run(save(connect(profile)))
    if as_json:
        print_json(found.to_json())
    else:
        _show(found)
    return DONE if found.is_complete else ERROR


def _show(found: OrganizationBackup) -> None:
    out = console()
    out.print(styled(found.organization, "bold"))
    made = table("product", "file", "state")
    for one in found.products:
        style = {"failed": "bold red", "removed": "yellow", "unchanged": "dim"}
        made.add_row(
            styled(one.product.name),
            styled(one.product.file),
            styled(one.state, style.get(one.state, "green")),
        )
    out.print(made)
    for one in found.products:
        if one.problem:
            text = f"{one.product.name} was not saved: {one.problem}"
            out.print(styled(text, "bold red"))
        missing = [gap for gap in one.gaps if not gap.was_read]
        if missing:
            parts = ", ".join(f"{gap.entity} {gap.key}" for gap in missing)
            text = f"{one.product.name} lacks {counted(len(missing), 'part')}: {parts}"
            out.print(styled(text, "yellow"))
    if found.proxy_profiles is None:
        text = f"Proxy profiles were not saved: {found.proxy_profiles_problem}"
        out.print(styled(text, "yellow"))
    else:
        out.print(counted(found.proxy_profiles, "proxy profile"))
    out.print(styled(f"Saved to {found.folder}."))
