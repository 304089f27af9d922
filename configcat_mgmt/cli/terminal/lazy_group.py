"""Command groups that import a command only when it is used, so help is fast."""

import sys
from collections.abc import Callable, Mapping
from difflib import get_close_matches
from typing import Final

import click
from click.shell_completion import CompletionItem
from click.types import StringParamType

from configcat_mgmt.cli.terminal.exit_codes import ERROR
from configcat_mgmt.texts import suggestion


class _Text(StringParamType):
    """Text that can be sent; the bytes of the command line may be none."""

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> str:
        """Refuse bytes that could not be decoded, before anything is planned."""
        text = str(value)
        if any("\ud800" <= one <= "\udfff" for one in text):
            encoding = sys.getfilesystemencoding()
            message = (
                f"it cannot be read in the encoding of this locale, {encoding}; run "
                f"the command in a UTF-8 locale, such as with LC_ALL=C.UTF-8"
            )
            self.fail(message, param, ctx)
        return super().convert(value, param, ctx)


_TEXT: Final = _Text()


class LazyGroup(click.Group):
    """A group with names and summaries; it imports a command when it is called."""

    summaries: Mapping[str, str]
    load: Callable[[str], click.Command]

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Show the help as an error if there is no command."""
        if not args and not ctx.resilient_parsing:
            click.echo(ctx.get_help(), err=True)
            ctx.exit(ERROR)
        return super().parse_args(ctx, args)

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names in the order of the table."""
        return [*self.summaries]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import a command; None if the name is unknown."""
        if cmd_name not in self.summaries:
            return None
        command = self.load(cmd_name)
        for option in command.params:
            # An argument may be the path of a file, whose name may be any bytes.
            if isinstance(option, click.Option) and option.type is click.STRING:
                option.type = _TEXT
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find a command, or suggest similar names."""
        name = args[0]
        if name not in self.summaries and not name.startswith("-"):
            close = get_close_matches(name, self.summaries)
            hint = suggestion(close, "see --help")
            msg = f"there is no command {name!r}; {hint}"
            raise click.UsageError(msg, ctx)
        return super().resolve_command(ctx, args)

    def format_commands(
        self, ctx: click.Context, formatter: click.HelpFormatter
    ) -> None:
        """List the commands without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl([*self.summaries.items()])

    def shell_complete(
        self, ctx: click.Context, incomplete: str
    ) -> list[CompletionItem]:
        """Complete names of commands without importing them."""
        names = [
            CompletionItem(name, help=summary)
            for name, summary in self.summaries.items()
            if name.startswith(incomplete)
        ]
        return [*names, *click.Command.shell_complete(self, ctx, incomplete)]
