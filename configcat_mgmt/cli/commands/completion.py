"""`configcat-mgmt completion`: print the completion script of a shell."""

import click
from click.shell_completion import get_completion_class

_PROGRAM = "configcat-mgmt"
_VARIABLE = "_CONFIGCAT_MGMT_COMPLETE"


@click.command(
    epilog="\b\n"
    'bash: eval "$(configcat-mgmt completion bash)"   in ~/.bashrc\n'
    'zsh:  eval "$(configcat-mgmt completion zsh)"    in ~/.zshrc\n'
    "fish: configcat-mgmt completion fish | source    in ~/.config/fish/config.fish"
)
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def completion(shell: str) -> None:
    """Print the script that completes commands and options in SHELL."""
    kind = get_completion_class(shell)
    root = click.get_current_context().find_root().command
    if kind is not None:
        click.echo(kind(root, {}, _PROGRAM, _VARIABLE).source())
