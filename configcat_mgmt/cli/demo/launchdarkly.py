"""The demo of an import: killed halfway, resumed, and checked with both SDKs."""

import asyncio
import secrets
import time
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from shlex import join
from typing import Final

import attrs

from configcat_mgmt.cli.demo.child import WAITING, Child
from configcat_mgmt.cli.demo.screen import Screen, State
from configcat_mgmt.cli.job.rates import PER_SECOND
from configcat_mgmt.cli.launchdarkly.check import compare_product, result_document
from configcat_mgmt.cli.launchdarkly.sdks import require_sdks
from configcat_mgmt.cli.terminal.exit_codes import DIFFERENCES, DONE, ERROR
from configcat_mgmt.cli.terminal.output import console, print_json, styled
from configcat_mgmt.client import AsyncManagementClient
from configcat_mgmt.core.options import Options
from configcat_mgmt.emulator import Emulator
from configcat_mgmt.errors import JobError
from configcat_mgmt.files import write_private
from configcat_mgmt.jobs import JobFolder, Snapshot, take_snapshot
from configcat_mgmt.jobs.launchdarkly import (
    CheckResult,
    TranslationOptions,
    generate_contexts,
    load_export,
    read_project,
    translate,
)
from configcat_mgmt.json_value import JsonValue

EXPORT: Final = "launchdarkly_export.json"
"""The export that comes with the package."""
LISTS: Final = ("user.interests",)
CONTEXTS: Final = 100
MAKES_SETTING: Final = "create-setting"


def demo_import(folder: Path, *, quiet: bool, as_json: bool) -> int:
    """Run the demo.

    Args:
        folder: An empty folder for the export, the job and the output of the command.
        quiet: Whether to print only the outcome.
        as_json: Whether to print JSON for programs.

    Returns:
        The exit code.

    Raises:
        ConfigCatManagementError: A step failed, or an SDK is not installed.
    """
    require_sdks()
    shown = console(stderr=as_json)
    shown.quiet = quiet
    outcome = asyncio.run(_run(folder, Screen(shown)))
    if as_json:
        print_json(outcome.to_json())
    else:
        _conclude(outcome)
    if outcome.found.different:
        return DIFFERENCES
    return ERROR if outcome.refused else DONE


@attrs.frozen
class ImportOutcome:
    """The outcome of the demo."""

    flags: int
    killed_after: int
    """Number of calls that the killed process sent."""
    calls: int
    refused: int
    """Number of 429 responses."""
    found: CheckResult
    seconds: float
    job: JobFolder

    @property
    def report(self) -> Path:
        """The report, as a page if the extra `report` is installed."""
        page = self.job.page_path
        return page if page.exists() else self.job.report_path

    def to_json(self) -> dict[str, JsonValue]:
        """Return everything as plain JSON data."""
        return {
            "equal": not self.found.different,
            "flags": self.flags,
            "killed_after": self.killed_after,
            "calls": self.calls,
            "refused": self.refused,
            **result_document(self.found),
            "seconds": round(self.seconds, 1),
            "job": str(self.job.path),
            "report": str(self.report),
        }


def _conclude(outcome: ImportOutcome) -> None:
    out, found = console(), outcome.found
    for one in found.differences:
        out.print(styled(f"  {one}", "red"), soft_wrap=True)
    is_equal = not found.different
    line = styled(
        "both SDKs agree" if is_equal else f"{found.different:,} differences",
        "bold green" if is_equal else "bold red",
    )
    line += styled(
        f": {outcome.flags} flags, {found.evaluations:,} evaluations on both sides "
        f"({found.by_percentage:,} differ, because percentages assign people anew), "
        f"{outcome.calls} calls, killed once, {outcome.refused} responses 429, "
        f"{outcome.seconds:.0f} s"
    )
    out.print(line, soft_wrap=True)
    out.print(styled(f"report: {outcome.report}"), soft_wrap=True)


async def _run(folder: Path, screen: Screen) -> ImportOutcome:
    began = time.monotonic()
    username, password = secrets.token_hex(8), secrets.token_hex(16)
    async with (
        Emulator(username=username, password=password) as emulator,
        screen.shown(),
    ):
        export = folder / EXPORT
        shipped = files("configcat_mgmt.cli.demo").joinpath(EXPORT)
        write_private(export, shipped.read_bytes())
        document = load_export(export)
        project = read_project(document)
        options = TranslationOptions(list_attributes=LISTS)
        translation = translate(project, options)
        job = JobFolder(folder / "job")
        child = _command(emulator, export, job, folder, screen)
        total = sum(len(one.settings) for one in translation.snapshot.configs)
        killed_after = await _kill_and_resume(emulator, child, total, screen)
        contexts: list[Mapping[str, JsonValue]] = [
            *generate_contexts(project, CONTEXTS, options)
        ]
        text = "reading the product, evaluating all flags"
        with screen.stage("check", lambda: (text, None)):
            product = await _product(emulator)
            found = await compare_product(
                emulator.base_url,
                product,
                document=document,
                project=project,
                translation=translation,
                contexts=contexts,
            )
            text = (
                f"{found.evaluations:,} on both sides, {found.different:,} different "
                f"for another reason than percentages"
            )
        return ImportOutcome(
            flags=len(translation.keys.flags),
            killed_after=killed_after,
            calls=emulator.counts.total_calls,
            refused=emulator.counts.total_refused,
            found=found,
            seconds=time.monotonic() - began,
            job=job,
        )


def _command(
    emulator: Emulator, export: Path, job: JobFolder, folder: Path, screen: Screen
) -> Child:
    """Return the command that imports, or resumes if it is run again."""
    arguments = ["import", "launchdarkly", "--file", str(export)]
    arguments += ["--list-attribute", *LISTS, "--job", str(job.path)]
    screen.say(f"$ configcat-mgmt {join(arguments)}")
    environment = {
        "CONFIGCAT_API_USER": emulator.username,
        "CONFIGCAT_API_PASS": emulator.password,
        "CONFIGCAT_BASE_URL": emulator.base_url,
    }
    return Child(arguments, environment, folder / "output.txt")


async def _kill_and_resume(
    emulator: Emulator, child: Child, total: int, screen: Screen
) -> int:
    """Return the number of calls that the killed process sent."""
    counts = emulator.counts
    killed_after: int | None = None
    half = total // 2 // PER_SECOND * PER_SECOND + PER_SECOND // 2

    def look() -> State:
        made = counts.calls[MAKES_SETTING]
        text = f"{made} of {total} settings, {counts.total_calls} calls"
        if made == 0:
            text = "reading and planning"
        elif counts.total_calls == killed_after:
            text = WAITING
        return text, min(made / total, 1.0)

    with screen.stage("import", look):
        pid = await child.run_until(lambda: counts.calls[MAKES_SETTING] >= half)
    killed_after = counts.total_calls
    screen.say(f" kill -9 {pid} ", "bold white on red")
    screen.say("The same command again:")
    with screen.stage("resume", look):
        code = await child.run()
        if code != DONE:
            child.fail(f"it ended with exit code {code}")
    return killed_after


async def _product(emulator: Emulator) -> Snapshot:
    async with AsyncManagementClient(
        emulator.username,
        emulator.password,
        base_url=emulator.base_url,
        # The import has just used part of the same quota.
        options=Options(probe=True),
    ) as client:
        products = await client.products.get_products()
        if len(products) != 1:
            message = f"there are {len(products)} products"
            raise JobError("the import", message)
        return await take_snapshot(client, products[0].product_id, secrets=True)
