"""The root command, and what every command does with errors and Ctrl-C."""

import io
import sys
from importlib import import_module
from typing import Final, cast

import click

from configcat_mgmt.cli.terminal.errors import show_error
from configcat_mgmt.cli.terminal.exit_codes import DONE, ERROR, INTERRUPTED
from configcat_mgmt.cli.terminal.lazy_group import LazyGroup
from configcat_mgmt.version import __version__

PROGRAM: Final = "configcat-mgmt"
COMMANDS: Final = {
    "copy": "Copy a product into a new one, or onto another.",
    "promote": "Bring values from one environment to others.",
    "restore": "Make a product again what a snapshot says.",
    "convert": "Make a config of evaluation version 2 of an old one.",
    "cleanup": "Report stale flags, and tag or delete them.",
    "edit": "Change tags, names, hints, values or rules of many settings.",
    "snapshot": "Read a whole product into a file.",
    "plan": "Plan to make a product like a snapshot.",
    "apply": "Apply a plan that was saved.",
    "verify": "Compare a product with a plan or a snapshot.",
    "matrix": "Show what each flag serves in each environment.",
    "diff": "Compare two products, snapshots or environments.",
    "bulk": "Make any number of calls from a file.",
    "call": "Call one operation of the API.",
    "whoami": "Show who the credentials are, and what they see.",
    "operations": "List the operations of the API.",
    "emulate": "Run a ConfigCat on this machine.",
    "completion": "Complete commands and options in a shell.",
    "demo": "Watch it work, with no account and no network.",
}
"""Every command with what it does, in the order of the help."""

_ELSEWHERE: Final = {"demo": "configcat_mgmt.cli.demo.command"}
"""Modules of commands that are more than one file."""


class _Root(LazyGroup):
    summaries = COMMANDS

    def load(self, name: str) -> click.Command:
        """Load the command from the file that is named like it."""
        place = _ELSEWHERE.get(name, f"configcat_mgmt.cli.commands.{name}")
        return cast("click.Command", getattr(import_module(place), name))


@click.group(
    cls=_Root,
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.version_option(__version__, prog_name=PROGRAM)
@click.option("--debug", is_flag=True, help="Show where errors come from.")
def root(debug: bool) -> None:
    """Manage ConfigCat from the command line, at the pace that the service allows.

    Credentials come from the environment: CONFIGCAT_API_USER and CONFIGCAT_API_PASS.
    With `--profile ACME` they are ACME_API_USER and ACME_API_PASS, and so on.

    Exit codes: 0 done or equal, 2 differences, 1 error, 130 interrupted.

    Shell completion: `configcat-mgmt completion --help`.
    """


def run() -> None:
    """Run the command line and exit.

    Raises:
        SystemExit: With the exit code of the command.
    """
    for stream in (sys.stdout, sys.stderr):
        # What the encoding of the terminal lacks is escaped, and is no error.
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    try:
        code: object = root.main(prog_name=PROGRAM, standalone_mode=False)
    except (click.exceptions.Abort, KeyboardInterrupt):
        click.echo("interrupted", err=True)
        sys.exit(INTERRUPTED)
    except Exception as error:
        if "--debug" in sys.argv[1:2]:
            raise
        show_error(error)
        sys.exit(ERROR)
    sys.exit(code if isinstance(code, int) else DONE)
