"""`configcat-mgmt import`: import flags from another service."""

from importlib import import_module
from typing import Final, cast

import click

from configcat_mgmt.cli.terminal.lazy_group import LazyGroup

SUMMARIES: Final = {"launchdarkly": "Import a LaunchDarkly project into a product."}


class _Import(LazyGroup):
    summaries = SUMMARIES

    def load(self, name: str) -> click.Command:
        """Import the module of the command and return the command."""
        module = import_module(f"configcat_mgmt.cli.{name}.command")
        return cast("click.Command", getattr(module, name))


@click.group("import", cls=_Import)
def import_() -> None:
    """Import flags from another service."""
