"""What a plan is asked to do, and where."""

from typing import Final, Literal, TypeAlias, get_args

import attrs

from configcat_mgmt.errors import ConfigurationError
from configcat_mgmt.jobs.model.selection import (
    EVERYTHING,
    SAME_NAMES,
    NameMap,
    Selection,
)

Conflict: TypeAlias = Literal["fail", "skip", "overwrite"]
"""What to do about something that is in the target already and differs."""

CONFLICTS: Final[tuple[str, ...]] = get_args(Conflict)


def _one_of_conflicts(_: object, __: object, value: str) -> None:
    if value not in CONFLICTS:
        raise ConfigurationError(
            f"{value!r} is no conflict policy; there are {', '.join(CONFLICTS)}"
        )


def _not_negative(_: object, __: object, value: int) -> None:
    if value < 0:
        raise ConfigurationError("max_deletes must not be negative")


@attrs.frozen
class PlanOptions:
    """What a plan is asked to do."""

    kind: str = "copy"
    """What `Plan.kind` will say; `restore` also brings name and description of the
    product itself back."""
    selection: Selection = EVERYTHING
    """Which part of the source is taken, by its names in the source."""
    names: NameMap = SAME_NAMES
    """What environments and configs are called in the target."""
    on_conflict: Conflict = attrs.field(default="fail", validator=_one_of_conflicts)
    """`fail` blocks the plan, `skip` keeps what the target has, `overwrite` makes it
    like the source."""
    delete: bool = False
    """Whether to delete what only the target has. Nothing goes of which a part is not
    selected: no environment if configs are told apart, and so on."""
    max_deletes: int = attrs.field(default=10, validator=_not_negative)
    """Most things that may be deleted, counting the settings of deleted configs."""
    reason: str | None = None
    """Note on every change of values; needed where the target demands one."""
    members: bool = False
    """Whether to invite the members of the snapshot, which sends e-mail."""
