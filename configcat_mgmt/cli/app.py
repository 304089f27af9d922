"""The root command, with the handling of errors and Ctrl-C for all commands."""

import sys
from importlib import import_module
from keyword import iskeyword
from typing import Final, cast

import click

from configcat_mgmt.cli.examples import EXAMPLES
from configcat_mgmt.cli.terminal.errors import show_error
from configcat_mgmt.cli.terminal.exit_codes import DONE, ERROR, INTERRUPTED
from configcat_mgmt.cli.terminal.lazy_group import LazyGroup
from configcat_mgmt.cli.terminal.output import begin_output
from configcat_mgmt.cli.terminal.streams import (
    is_left,
    output_error,
    prepare_streams,
)
from configcat_mgmt.gc_pause import collector_paused
from configcat_mgmt.version import __version__

PROGRAM: Final = "configcat-mgmt"
COMMANDS: Final = {
    "copy": "Copy a product into a new or an existing product.",
    "promote": "Copy values from one environment to others.",
    "clone-environment": "Make an environment like another one.",
    "restore": "Restore a product from a snapshot.",
    "convert": "Convert a V1 config to a new V2 config.",
    "cleanup": "List stale flags, and tag or delete them.",
    "edit": "Change tags, names, hints, values or rules of many settings.",
    "import": "Import a LaunchDarkly project into a product.",
    "snapshot": "Save a whole product to a file.",
    "backup": "Save all products of an organization to a folder.",
    "restore-organization": "Create the products of a backup in an organization.",
    "plan": "Plan the changes that make a product match a snapshot.",
    "apply": "Apply a saved plan.",
    "verify": "Compare a product with a plan or a snapshot.",
    "matrix": "Show the value of each flag in each environment.",
    "diff": "Compare two products, snapshots or environments.",
    "requests": "List, show, approve, apply and close change requests.",
    "audit": "Export the audit log of a product or an organization.",
    "bulk": "Send any number of calls from a file.",
    "call": "Call one operation of the API.",
    "whoami": "Show the account, its products and its remaining quota.",
    "operations": "List the operations of the API.",
    "explain": "Explain an issue code or an error class.",
    "emulate": "Run the emulator of the service on this machine.",
    "completion": "Print the completion script of a shell.",
    "demo": "Watch a copy being killed and resumed, without an account.",
}
"""The summary of each command, in the order of the help."""

_ELSEWHERE: Final = {"demo": "configcat_mgmt.cli.demo.command"}
"""Modules of commands that have a folder of their own."""


class _Root(LazyGroup):
    summaries = COMMANDS

    def load(self, name: str) -> click.Command:
        """Import the module of the command and return the command."""
        function = name.replace("-", "_") + "_" * iskeyword(name)
        place = _ELSEWHERE.get(name, f"configcat_mgmt.cli.commands.{function}")
        # The collector would look through a hundred modules again and again.
        with collector_paused():
            command = cast("click.Command", getattr(import_module(place), function))
        before = command.epilog or ""
        if "Example" not in before:
            lines = (f"  {PROGRAM} {one}" for one in EXAMPLES[name])
            examples = "\n".join(("\b", "Examples:", *lines))
            command.epilog = f"{before}\n{examples}" if before else examples
        return command


@click.group(
    cls=_Root,
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.version_option(__version__, prog_name=PROGRAM)
@click.option("--debug", is_flag=True, help="Show the traceback of an error.")
def root(debug: bool) -> None:
    """Manage ConfigCat from the command line, within the rate limits of the service.

    Credentials come from the environment: CONFIGCAT_API_USER and CONFIGCAT_API_PASS.
    With `--profile ACME` the variables are ACME_API_USER and ACME_API_PASS.
    CONFIGCAT_PACE_URL names a Redis server over which processes share their pace.

    Exit codes: 0 done or equal, 2 differences or changes to make, 1 error, 130
    interrupted.

    Shell completion: `configcat-mgmt completion --help`.
    """


def run() -> None:
    """Run the command line and exit.

    Raises:
        SystemExit: With the exit code of the command.
    """
    prepare_streams()
    begin_output()
    sys.exit(_run())


def _run() -> int:
    """Run a command, and return its exit code."""
    as_json = "--json" in sys.argv[1:]
    try:
        found: object = root.main(prog_name=PROGRAM, standalone_mode=False)
    except (click.exceptions.Abort, KeyboardInterrupt) as error:
        show_error(error, INTERRUPTED, as_json=as_json)
        return INTERRUPTED
    except Exception as error:
        if "--debug" in sys.argv[1:2]:
            raise
        show_error(error, ERROR, as_json=as_json)
        return ERROR
    code = found if isinstance(found, int) else DONE
    failure = output_error()
    if failure is not None and not is_left():
        failure.filename = "standard output"
        show_error(failure, ERROR, as_json=False)
        return ERROR
    return code
