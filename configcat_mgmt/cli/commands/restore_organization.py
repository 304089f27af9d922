"""`configcat-mgmt restore-organization`: make new products from a backup."""

import asyncio
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any, Final, cast

import attrs
import click
from rich.console import RenderableType

from configcat_mgmt.api.model_index import OrganizationModel
from configcat_mgmt.cli.job.document import issue_documents
from configcat_mgmt.cli.job.folder_choice import folder_name
from configcat_mgmt.cli.job.options import (
    JobOptions,
    edited_option,
    job_options,
    members_option,
    secrets_option,
)
from configcat_mgmt.cli.job.page import save_if_possible
from configcat_mgmt.cli.job.run import Prepare, Prepared, run_job
from configcat_mgmt.cli.job.view import LONGEST, issues_view
from configcat_mgmt.cli.options.connection import Connection, connect, profile_option
from configcat_mgmt.cli.options.files import NamedPath
from configcat_mgmt.cli.terminal.exit_codes import DIFFERENCES, DONE, ERROR, INTERRUPTED
from configcat_mgmt.cli.terminal.output import (
    print_json,
    say_result,
    styled,
    table,
)
from configcat_mgmt.cli.terminal.progress import CallsMeter
from configcat_mgmt.errors import ConfigCatManagementError, ConfigurationError
from configcat_mgmt.jobs import (
    BackupFolder,
    BackupProduct,
    Issue,
    JobFolder,
    Page,
    PlanOptions,
    ReportTable,
    RestoredProfiles,
    find_organization,
    make_issue,
    plan_copy,
    read_new_product,
    restore_proxy_profiles,
    save_report,
)
from configcat_mgmt.json_value import JsonValue
from configcat_mgmt.texts import ends_of, folded, quoted

_KIND: Final = "restore-organization"
_STATES: Final[Mapping[int | None, str]] = {
    DONE: "done",
    DIFFERENCES: "different",
    ERROR: "failed",
    INTERRUPTED: "interrupted",
    None: "not started",
}
_SKIPPED: Final = "skipped"
_NOTHING: Final[Mapping[str, Any]] = {}


def _read_patterns(
    context: click.Context, parameter: click.Parameter, texts: tuple[str, ...]
) -> tuple[str, ...]:
    for text in texts:
        kind, _, pattern = text.partition("=")
        if kind != "product" or not pattern:
            msg = f"{text!r} is not product=PATTERN, such as 'product=Shop*'"
            raise click.BadParameter(msg, context, parameter)
    return tuple(text.partition("=")[2] for text in texts)


@click.command(_KIND)
@click.argument("folder", type=NamedPath(file_okay=False, path_type=Path))
@click.option(
    "--to-organization",
    metavar="NAME|ID",
    required=True,
    help="Organization in which to create the products.",
)
@click.option(
    "--only",
    multiple=True,
    callback=_read_patterns,
    metavar="product=PATTERN",
    help="Restore only products of these names, such as 'product=Shop*'. * and ? stand "
    "for any text and any character. May be repeated.",
)
@click.option(
    "--proxy-profiles",
    is_flag=True,
    help="Create the proxy profiles too, with their rules; their secrets are new.",
)
@profile_option
@members_option
@secrets_option
@edited_option
@job_options
def restore_organization(
    *,
    folder: Path,
    to_organization: str,
    only: tuple[str, ...],
    proxy_profiles: bool,
    profile: str,
    members: bool,
    secrets: bool,
    allow_edited: bool,
    job: JobOptions,
) -> int:
    """Create every product of the backup in FOLDER as a new product.

    One job after the other, each in a subfolder of --job, creates and verifies a
    product. A product whose name the organization has already is skipped. Run the same
    command again to resume. With --on-error stop, a failed product ends the run; the
    next products are independent, so --on-error collect continues with them.
    """
    backup = BackupFolder(folder)
    names = {
        product: backup.load(product, allow_edited=allow_edited).name
        for product in backup.require_index().products
    }
    for pattern in only:
        if not any(_matches(name, pattern) for name in names.values()):
            raise ConfigurationError(
                f"--only product={pattern}: there is no such product in {folder}; it "
                f"has {', '.join(map(repr, names.values()))}"
            )
    profiles = backup.profiles()
    account = connect(profile)
    owner, taken = asyncio.run(_look(account, to_organization))
    base = job.folder or Path(folder_name(_KIND, owner.name))
    run = _Run(base, owner, job)

    def prepare_for(product: BackupProduct) -> Prepare:
        async def prepare(meter: CallsMeter) -> Prepared:
            wanted = backup.load(product, allow_edited=allow_edited)
            async with account.client() as client:
                target = await read_new_product(
                    client, wanted.name, owner.organization_id, meter.part()
                )
            options = PlanOptions(reason=job.reason, members=members)
            plan = plan_copy(wanted, target, options)
            return Prepared(plan=plan, snapshot=wanted)

        return prepare

    for product, name in names.items():
        if only and not any(_matches(name, pattern) for pattern in only):
            continue
        request: dict[str, JsonValue] = {
            "command": _KIND,
            "folder": str(folder.resolve()),
            "product": str(product.id),
            "to_organization": str(owner.organization_id),
            "members": members,
        }

        def start(
            one: JobOptions,
            product: BackupProduct = product,
            name: str = name,
            request: Mapping[str, JsonValue] = request,
        ) -> int:
            return run_job(
                *(_KIND, name, account, one, prepare_for(product)),
                request=request,
                secrets=secrets,
            )

        run.product(product, name, taken, start)
        taken.add(folded(name))
    if profiles and proxy_profiles and run.may_go_on and not job.dry_run:
        try:
            run.profiles = asyncio.run(
                _restore_profiles(account, owner, backup, run.new_ids(), base)
            )
        except ConfigCatManagementError as error:
            run.problem = str(error)
    elif profiles:
        listed = tuple(one.name for one in profiles)
        run.issues.append(make_issue("CC584", "Proxy profiles", listed))
    return run.end()


def _matches(name: str, pattern: str) -> bool:
    return fnmatchcase(folded(name), folded(pattern))


async def _look(
    account: Connection, organization: str
) -> tuple[OrganizationModel, set[str]]:
    """Return an organization, and the folded names of its products."""
    async with account.client() as client:
        owner = await find_organization(client, organization)
        products = await client.products.get_products()
    return owner, {
        folded(one.name)
        for one in products
        if one.organization.organization_id == owner.organization_id
    }


async def _restore_profiles(
    account: Connection,
    owner: OrganizationModel,
    backup: BackupFolder,
    ids: Mapping[str, str],
    base: Path,
) -> RestoredProfiles:
    async with account.client() as client:
        return await restore_proxy_profiles(
            client,
            owner.organization_id,
            backup.profiles(),
            ids,
            base / "proxy-profiles.json",
        )


@attrs.frozen
class _Result:
    """The result of one product."""

    product: BackupProduct
    name: str
    folder: Path
    state: str
    problem: str = ""
    document: Mapping[str, Any] = attrs.field(factory=dict[str, Any])
    """The plan and the report, as `--json` prints them for one job."""

    def to_json(self, *, is_short: bool) -> dict[str, JsonValue]:
        found: dict[str, JsonValue] = {
            "product": self.name,
            "file": self.product.file,
            "folder": str(self.folder),
            "state": self.state,
            "problem": self.problem or None,
        }
        if not is_short:
            found["plan"] = self.document.get("plan")
            found["report"] = self.document.get("report")
        return found


@attrs.define
class _Run:
    """The jobs of all products."""

    base: Path
    owner: OrganizationModel
    job: JobOptions
    results: list[_Result] = attrs.field(factory=list[_Result])
    codes: list[int] = attrs.field(factory=list[int])
    finished: list[str] = attrs.field(factory=list[str])
    """Names of the products whose jobs an earlier run finished."""
    issues: list[Issue] = attrs.field(factory=list[Issue])
    profiles: RestoredProfiles | None = None
    problem: str = ""
    """The reason why the proxy profiles could not be restored."""
    summary: Path | None = None
    """The page with the results of all products."""

    @property
    def may_go_on(self) -> bool:
        """Whether the next part may start."""
        stops = self.job.on_error == "stop" and not self.job.dry_run
        return INTERRUPTED not in self.codes and not (stops and ERROR in self.codes)

    def product(
        self,
        product: BackupProduct,
        name: str,
        taken: set[str],
        start: Callable[[JobOptions], int],
    ) -> None:
        """Run the job of a product, unless it is skipped or the run has stopped."""
        folder = self.base / product.stem
        documents: list[JsonValue] = []
        code: int | None = None
        problem = ""
        # A job that began has perhaps created the product of this name itself.
        if folded(name) in taken and not JobFolder(folder).journal_path.exists():
            self.results.append(_Result(product, name, folder, _SKIPPED))
            return
        if self.may_go_on:
            one = attrs.evolve(self.job, folder=folder, collect=documents.append)
            try:
                is_finished = not one.start_over and JobFolder(folder).finished()
                code = start(one)
                if is_finished:
                    self.finished.append(name)
            except ConfigCatManagementError as error:
                code, problem = ERROR, str(error)
            self.codes.append(code)
        state = _STATES[code]
        if self.job.dry_run and code == DIFFERENCES:
            state = "planned"
        document = cast("Mapping[str, Any]", documents[-1] if documents else {})
        self.results.append(_Result(product, name, folder, state, problem, document))

    def new_ids(self) -> dict[str, str]:
        """Return the new ids of all created entities by their old ids."""
        found: dict[str, str] = {}
        for result in self.results:
            report: Mapping[str, Any] = result.document.get("report") or _NOTHING
            ids: Sequence[Mapping[str, Any]] = report.get("ids", ())
            found.update(
                {str(one["old"]): str(one["new"]) for one in ids if one["old"]}
            )
        return found

    def end(self) -> int:
        """Show and save the summary, and return the exit code."""
        skipped = tuple(one.name for one in self.results if one.state == _SKIPPED)
        if skipped:
            self.issues.append(make_issue("CC583", "Products", skipped))
        if self.profiles is not None:
            self.issues.extend(self.profiles.issues)
        if not self.job.dry_run and self.base.exists():
            save_report(self._document(is_short=True), self.base / "report.json")
            path = self.base / "report.html"
            self.summary = path if save_if_possible(self._page(), path) else None
        say_result(*self._view(), as_json=self.job.as_json)
        if self.job.as_json:
            print_json(self._document(is_short=False))
        return self._code()

    def _code(self) -> int:
        if INTERRUPTED in self.codes:
            return INTERRUPTED
        if ERROR in self.codes or self.problem:
            return ERROR
        is_different = self.profiles is not None and bool(self.profiles.different)
        return DIFFERENCES if DIFFERENCES in self.codes or is_different else DONE

    def _document(self, *, is_short: bool) -> dict[str, JsonValue]:
        profiles = self.profiles
        return {
            "kind": _KIND,
            "organization": self.owner.name,
            "organization_id": str(self.owner.organization_id),
            "folder": str(self.base),
            "exit_code": self._code(),
            "products": [one.to_json(is_short=is_short) for one in self.results],
            "proxy_profiles": None
            if profiles is None
            else {
                "created": list(profiles.created),
                "present": list(profiles.present),
                "different": list(profiles.different),
            },
            "proxy_profiles_problem": self.problem or None,
            "issues": issue_documents(self.issues),
        }

    def _page(self) -> Page:
        rows = [
            (one.name, one.state, one.problem, _report_beside(one.folder))
            for one in self.results
        ]
        tables = [
            ReportTable(
                "Products",
                ("Product", "State", "Problem", "Report"),
                tuple(rows),
                linked="Report",
            )
        ]
        profiles = self.profiles or RestoredProfiles()
        states = {
            "created": profiles.created,
            "present": profiles.present,
            "different": profiles.different,
        }
        found = tuple((one, state) for state in states for one in states[state])
        if found or self.problem:
            headings = ("Proxy profile", "State")
            tables.append(ReportTable("Proxy profiles", headings, found, self.problem))
        return Page(
            title=f"{_KIND}: {self.owner.name}",
            generated_at=datetime.now(UTC),
            tables=tuple(tables),
            issues=tuple(self.issues),
        )

    def _view(self) -> Iterator[RenderableType]:
        yield styled(f"Products in {self.owner.name!r}", "bold")
        made = table("product", "state", "folder")
        for one in self.results:
            style = {"done": "green", "failed": "bold red"}.get(one.state, "yellow")
            made.add_row(styled(one.name), styled(one.state, style), styled(one.folder))
        yield made
        if self.finished:
            names = ", ".join(map(quoted, self.finished))
            yield styled(
                f"Finished in an earlier run: {ends_of(f'[{names}]', LONGEST)[1:-1]}. "
                f"To restore them again, use another folder (--job FOLDER).",
                "green",
            )
        yield from _problems(self.results)
        if self.profiles is not None:
            created = ", ".join(self.profiles.created) or "none"
            yield styled(f"Proxy profiles created: {created}")
            if self.profiles.different:
                names = ", ".join(self.profiles.different)
                yield styled(f"Proxy profiles that differ: {names}", "bold red")
        if self.problem:
            yield styled(f"Proxy profiles: {self.problem}", "bold red")
        yield from issues_view(self.issues)
        if any(one.state in ("failed", "not started") for one in self.results):
            yield styled("Run the same command again to resume.", "bold")
        if self.summary is not None:
            yield styled(f"Summary: {self.summary}")


def _problems(results: Sequence[_Result]) -> Iterator[RenderableType]:
    for one in results:
        if one.problem:
            yield styled(f"{one.name}: {one.problem}", "bold red")


def _report_beside(folder: Path) -> str:
    """Return the path of a product's report from the summary; empty without one."""
    page = JobFolder(folder).page_path
    return f"{folder.name}/{page.name}" if page.exists() else ""
