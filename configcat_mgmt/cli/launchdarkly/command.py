"""`configcat-mgmt import launchdarkly`: import a LaunchDarkly project."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from urllib.parse import quote

import attrs
import click

from configcat_mgmt.cli.job.options import JobOptions, approval_options, job_options
from configcat_mgmt.cli.job.run import Prepared, run_job
from configcat_mgmt.cli.launchdarkly.check import CheckWish, run_check
from configcat_mgmt.cli.launchdarkly.options import translation_options
from configcat_mgmt.cli.launchdarkly.sdks import require_sdks
from configcat_mgmt.cli.launchdarkly.source import (
    FileSource,
    ProjectSource,
    Source,
    export_project,
)
from configcat_mgmt.cli.options.connection import Connection, connect, profile_option
from configcat_mgmt.cli.options.files import NamedPath, file_to_write
from configcat_mgmt.cli.terminal.output import console, styled
from configcat_mgmt.cli.terminal.progress import CallsMeter
from configcat_mgmt.jobs import (
    Approval,
    NewProduct,
    Snapshot,
    read_new_product,
    take_snapshot,
    value_changes,
)
from configcat_mgmt.jobs.launchdarkly import (
    Project,
    Translation,
    TranslationOptions,
    load_export,
    plan_import,
    read_project,
    translate,
)
from configcat_mgmt.json_value import JsonValue

_DASHBOARD = "https://app.configcat.com"


@click.command()
@click.option(
    "--file",
    "export_file",
    type=NamedPath(dir_okay=False, path_type=Path),
    metavar="EXPORT.json",
    help="Import this export, without a connection to LaunchDarkly.",
)
@click.option(
    "--project",
    metavar="KEY",
    help="Read this project from LaunchDarkly's REST API.",
)
@click.option(
    "--export",
    "export_to",
    type=NamedPath(dir_okay=False, path_type=Path),
    callback=file_to_write,
    metavar="FILE",
    help="Only save what was read from --project, without SDK keys and addresses.",
)
@click.option(
    "--find-list-attributes",
    "find_lists",
    is_flag=True,
    help="Ask LaunchDarkly which attributes hold lists, besides those that "
    "--list-attribute names; needs --project.",
)
@click.option(
    "--to-organization",
    metavar="NAME|ID",
    help="Organization of the new product; by default the only one.",
)
@click.option("--name", help="Name of the new product; by default that of the project.")
@click.option(
    "--into", metavar="PRODUCT", help="Import into this existing product instead."
)
@translation_options
@click.option(
    "--check",
    "check_count",
    type=click.IntRange(min=1),
    metavar="N",
    help="Evaluate all flags for N generated contexts with the SDKs of both services. "
    "Exit code 2 if they differ for another reason than percentages.",
)
@click.option(
    "--check-contexts",
    "check_file",
    type=NamedPath(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="The same for the contexts in this file, one JSON object in each line.",
)
@profile_option
@approval_options
@job_options
def launchdarkly(
    *,
    export_file: Path | None,
    project: str | None,
    export_to: Path | None,
    find_lists: bool,
    to_organization: str | None,
    name: str | None,
    into: str | None,
    check_count: int | None,
    check_file: Path | None,
    profile: str,
    approval: Approval | None,
    apply_at: datetime | None,
    options: TranslationOptions,
    job: JobOptions,
) -> int:
    """Import a LaunchDarkly project into a new or an existing product.

    The job translates the project so that every context is served the same value,
    shows the plan with all issues, applies it, and reads it back. It deletes nothing.
    Blockers name flags that cannot be served alike; --accept CODE imports them
    nevertheless.

    --project reads with the access token in LAUNCHDARKLY_ACCESS_TOKEN from the host in
    LAUNCHDARKLY_API_HOST, by default app.launchdarkly.com. A read that was killed goes
    on when the command is run again. --find-list-attributes keeps no value of an
    attribute, only whether it is a list.

    The folder of the job has the new keys (keys.json) and the user attributes that the
    application has to send (attributes.json).
    """
    if into is not None and (name is not None or to_organization is not None):
        msg = "--into excludes --name and --to-organization, which create a new product"
        raise click.UsageError(msg)
    if check_count is not None and check_file is not None:
        msg = "--check excludes --check-contexts"
        raise click.UsageError(msg)
    if (export_file is None) is (project is None):
        msg = "give either --project or --file"
        raise click.UsageError(msg)
    if export_to is not None:
        if project is None:
            msg = "--export needs --project"
            raise click.UsageError(msg)
        return export_project(
            project, export_to, options.environments, job, find_lists=find_lists
        )
    if check_count or check_file:
        require_sdks()
    importing = _Importing(
        source=_source(export_file, project, options, job, find_lists=find_lists),
        options=options,
        account=connect(profile),
        organization=to_organization,
        name=name,
        into=into,
        check=CheckWish(check_count, check_file),
        reason=job.reason,
        approval=approval,
        apply_at=apply_at,
    )
    product = into or name or importing.source.name
    return run_job("import", product, importing.account, job, importing.prepare)


def _source(
    file: Path | None,
    project: str | None,
    options: TranslationOptions,
    job: JobOptions,
    *,
    find_lists: bool,
) -> Source:
    if file is None:
        return ProjectSource.of(
            str(project), options.environments, job.folder, find_lists=find_lists
        )
    document = load_export(file)
    if find_lists and document.get("list_attributes") is None:
        msg = (
            f"--find-list-attributes needs --project, because {file} was saved without "
            f"asking for lists; save it again with --project KEY --export {file} "
            f"--find-list-attributes, or name the attributes with --list-attribute"
        )
        raise click.UsageError(msg)
    return FileSource(document)


@attrs.define(kw_only=True)
class _Importing:
    """A project and the product that it is imported into."""

    source: Source
    options: TranslationOptions
    account: Connection
    organization: str | None
    name: str | None
    into: str | None
    check: CheckWish
    reason: str | None
    approval: Approval | None
    apply_at: datetime | None

    async def prepare(self, meter: CallsMeter) -> Prepared:
        """Read both sides, translate and plan."""
        document = await self.source.read(meter)
        project = read_project(document)
        target = await self._read_target(project, meter)
        options = attrs.evolve(self.options, limits=target.limits)
        translation = translate(project, options)
        plan = plan_import(
            translation,
            target,
            reason=self.reason,
            approval=self.approval,
            apply_at=self.apply_at,
        )
        documents = _documents(project, translation)
        if self.check.is_wanted and translation.blockers:
            text = "The check is left out, because the translation has blockers."
            console(stderr=True).print(styled(text, "yellow"))
        elif self.check.is_wanted:
            documents["check.json"] = await run_check(
                self.check, document, project, translation, options
            )
        if isinstance(target, NewProduct):
            return Prepared(
                plan=plan, snapshot=translation.snapshot, documents=documents
            )
        changes = value_changes(target, translation.snapshot)
        return Prepared(
            plan=plan,
            snapshot=translation.snapshot,
            target=target,
            changes=[one for one in changes if one.before and one.after],
            documents=documents,
        )

    async def _read_target(
        self, project: Project, meter: CallsMeter
    ) -> Snapshot | NewProduct:
        async with self.account.client() as client:
            if self.into is not None:
                return await take_snapshot(client, self.into, progress=meter.part())
            name = self.name or project.name
            return await read_new_product(client, name, self.organization, meter.part())


def _documents(
    project: Project, translation: Translation
) -> dict[str, Mapping[str, JsonValue]]:
    host, key = project.host.rstrip("/"), quote(project.key, safe="")
    addresses = {
        "LaunchDarkly": f"{host}/projects/{key}/flags",
        "ConfigCat": _DASHBOARD,
    }
    flags: dict[str, JsonValue] = {
        one: dict(ways) for one, ways in translation.flags.items()
    }
    return {
        "keys.json": {
            **translation.keys.to_json(),
            "translated": flags,
            "addresses": addresses,
        },
        "attributes.json": {
            "attributes": [one.to_json() for one in translation.attributes]
        },
    }
