"""The root command, and what every command does with errors and Ctrl-C."""

import sys

import click
from rich.console import Console

from configcat_mgmt.cli.demo.command import demo
from configcat_mgmt.cli.emulate import emulate
from configcat_mgmt.cli.operations import operations
from configcat_mgmt.errors import ConfigCatManagementError
from configcat_mgmt.version import __version__

EXIT_ERROR = 1
EXIT_INTERRUPTED = 130


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="configcat-mgmt")
def root() -> None:
    """Manage ConfigCat from the command line, at the pace that the service allows."""


root.add_command(demo)
root.add_command(emulate)
root.add_command(operations)


def run() -> None:
    """Run the command line and exit.

    Raises:
        SystemExit: With the exit code of the command.
    """
    try:
        code: object = root.main(standalone_mode=False)
    except (click.exceptions.Abort, KeyboardInterrupt):
        click.echo("interrupted", err=True)
        sys.exit(EXIT_INTERRUPTED)
    except click.ClickException as error:
        error.show()
        sys.exit(EXIT_ERROR)
    except ConfigCatManagementError as error:
        Console(stderr=True).print(
            f"[bold red]error:[/] {type(error).__name__}",
            highlight=False,
        )
        click.echo(str(error), err=True)
        sys.exit(EXIT_ERROR)
    sys.exit(code if isinstance(code, int) else 0)
