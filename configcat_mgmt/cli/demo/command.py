"""`configcat-mgmt demo`: kill and resume a copy, on one machine."""

import asyncio
import secrets
import tempfile
from pathlib import Path

import click
from click.core import ParameterSource

from configcat_mgmt.cli.demo.launchdarkly import demo_import
from configcat_mgmt.cli.demo.outcome import Outcome
from configcat_mgmt.cli.demo.run import Demo, Wish
from configcat_mgmt.cli.demo.screen import Screen
from configcat_mgmt.cli.demo.sdk import require_extra
from configcat_mgmt.cli.options.files import NamedPath
from configcat_mgmt.cli.terminal.exit_codes import DIFFERENCES, DONE, ERROR
from configcat_mgmt.cli.terminal.output import console, print_json, styled
from configcat_mgmt.emulator import Emulator
from configcat_mgmt.emulator.seeding.realistic import AREAS, FEATURES
from configcat_mgmt.errors import ConfigurationError
from configcat_mgmt.texts import counted

LEAST_FLAGS = 40
"""Creating them takes two seconds, which leaves time to kill the copy halfway."""
MOST_FLAGS = len(AREAS) * len(FEATURES)
SHOWN_DIFFERENCES = 10


@click.command()
@click.option(
    "--from",
    "source",
    type=click.Choice(["launchdarkly"]),
    help="Import a LaunchDarkly project instead, and check it with both SDKs.",
)
@click.option(
    "--seed", default=1, show_default=True, help="Seed of the random product."
)
@click.option(
    "--flags",
    default=240,
    show_default=True,
    type=click.IntRange(LEAST_FLAGS, MOST_FLAGS),
    help="Number of flags in the product.",
)
@click.option(
    "--out",
    type=NamedPath(file_okay=False, path_type=Path),
    metavar="FOLDER",
    help="Folder for the job and its report; by default a new temporary folder.",
)
@click.option("--quiet", is_flag=True, help="Print only the outcome.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON for programs.")
def demo(
    *,
    source: str | None,
    seed: int,
    flags: int,
    out: Path | None,
    quiet: bool,
    as_json: bool,
) -> int:
    """Copy a product, kill the copy halfway, resume it, and verify the result.

    The demo starts the emulator with the rate limits of the service: 20 calls a second
    and 500 a minute for each endpoint. A process copies a product to another
    organization, is killed halfway, and is started again. Then the demo reads back and
    compares both products, and evaluates every flag of both for hundreds of users with
    the official SDK.

    With --from launchdarkly it imports a LaunchDarkly project that comes with this
    package, is killed halfway, resumed, and checked with the SDKs of both services.
    This needs the extra `launchdarkly`.

    The demo needs no account and no network. Exit code 0 if the products are equal and
    there was no 429 response, 2 if there are differences.
    """
    if source is not None:
        _refuse_options_of_the_copy()
        return demo_import(_folder(out), quiet=quiet, as_json=as_json)
    require_extra()
    wish = Wish(seed, flags, _folder(out))
    shown = console(stderr=as_json)
    shown.quiet = quiet
    outcome = asyncio.run(_run(wish, Screen(shown)))
    if as_json:
        print_json(outcome.to_json())
    else:
        show_outcome(outcome)
    return exit_code(outcome)


def _refuse_options_of_the_copy() -> None:
    context = click.get_current_context()
    for name in ("seed", "flags"):
        if context.get_parameter_source(name) is not ParameterSource.DEFAULT:
            msg = f"--from launchdarkly has a project of its own: omit --{name}"
            raise click.UsageError(msg)


def exit_code(outcome: Outcome) -> int:
    """Return the exit code: a demo with a 429 response failed, also if all is equal."""
    if not outcome.is_equal:
        return DIFFERENCES
    return ERROR if outcome.total_refused else DONE


async def _run(wish: Wish, screen: Screen) -> Outcome:
    username, password = secrets.token_hex(8), secrets.token_hex(16)
    async with (
        Emulator(username=username, password=password) as emulator,
        screen.shown(),
    ):
        screen.say(
            f"Emulator at {emulator.base_url}: 20 calls a second and 500 a minute for "
            "each endpoint."
        )
        return await Demo(wish, emulator, screen).run()


def _folder(out: Path | None) -> Path:
    if out is None:
        return Path(tempfile.mkdtemp(prefix="configcat-mgmt-demo-"))
    if out.exists() and any(out.iterdir()):
        raise ConfigurationError(f"{out} is not empty; choose a new folder")
    out.mkdir(parents=True, exist_ok=True)
    return out


def show_outcome(outcome: Outcome) -> None:
    """Print the first differences, the numbers, and the place of the report."""
    out = console()
    for one in (*outcome.differences, *outcome.unequal)[:SHOWN_DIFFERENCES]:
        out.print(styled(f"  {one}", "red"), soft_wrap=True)
    found = "the copy is equal"
    if not outcome.is_equal:
        unequal = counted(len(outcome.unequal), "unequal evaluation")
        found = f"{counted(len(outcome.differences), 'difference')}, {unequal}"
    is_good = outcome.is_equal and not outcome.total_refused
    numbers = (
        f": {outcome.flags} flags, {outcome.calls:,} calls, killed once, "
        f"{outcome.total_refused} responses 429, {outcome.seconds:.0f} s"
    )
    line = styled(found, "bold green" if is_good else "bold red") + styled(numbers)
    out.print(line, soft_wrap=True)
    out.print(styled(f"report: {outcome.report}"), soft_wrap=True)
