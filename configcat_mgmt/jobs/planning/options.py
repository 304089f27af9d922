"""Options of a plan."""

from datetime import datetime
from typing import Final, Literal, TypeAlias, get_args

import attrs

from configcat_mgmt.checked import checked
from configcat_mgmt.errors import ConfigurationError
from configcat_mgmt.jobs.model.selection import (
    EVERYTHING,
    SAME_NAMES,
    NameMap,
    Selection,
)

Conflict: TypeAlias = Literal["fail", "skip", "overwrite"]
"""The policy for entities that exist in the target and differ."""

Approval: TypeAlias = Literal["request", "bypass", "skip"]
"""The way to change values of V2 configs in environments that require approval.

`request` proposes them in one change request for each config and environment, `bypass`
writes them without approval, and `skip` leaves them out.
"""

APPROVALS: Final[tuple[str, ...]] = get_args(Approval)

_MOST_REASON: Final = 1000
"""Characters of the reason of a change request."""


def _not_negative(_: object, __: object, value: int) -> None:
    if value < 0:
        raise ConfigurationError("max_deletes must not be negative")


@checked
@attrs.frozen
class PlanOptions:
    """Options of a plan.

    Attributes:
        kind (str): The kind of the plan; `restore` also restores name and description
            of the product itself. Default: "copy".
        selection (Selection): The part of the source to take, by its names in the
            source. Default: EVERYTHING.
        with_dependencies (bool): Whether settings and segments that the selected
            settings depend on are selected with them, so the plan also changes those
            that the target has. `selection.exclude` still leaves them out. Default:
            False.
        names (NameMap): Names of environments and configs in the target. Default:
            SAME_NAMES.
        on_conflict (Conflict): `fail` blocks the plan, `skip` keeps the entity of the
            target, `overwrite` makes it like the source. Default: "fail".
        delete (bool): Whether to delete entities that only the target has. An entity of
            which a part is not selected stays, such as an environment if only some
            configs are selected. Default: False.
        max_deletes (int): Maximum number of deleted entities, counting the settings of
            deleted configs. Default: 10.
        reason (str | None): Note on every change of values; needed where the target
            demands one. Default: None.
        approval (Approval | None): The way to change values of V2 configs where the
            target requires approval; None blocks the plan. To bypass approval, the
            credentials need the right to. Default: None.
        apply_at (datetime | None): Aware time at which the service applies the change
            requests once they are approved; only with the approval `request`. Default:
            None.
        members (bool): Whether to invite the members of the snapshot, which sends
            e-mail. Default: False.
    """

    kind: str = "copy"
    """The kind of the plan; `restore` also restores name and description of the
    product itself."""
    selection: Selection = EVERYTHING
    """The part of the source to take, by its names in the source."""
    with_dependencies: bool = False
    """Whether settings and segments that the selected settings depend on are selected
    with them, so the plan also changes those that the target has. `selection.exclude`
    still leaves them out."""
    names: NameMap = SAME_NAMES
    """Names of environments and configs in the target."""
    on_conflict: Conflict = "fail"
    """`fail` blocks the plan, `skip` keeps the entity of the target, `overwrite` makes
    it like the source."""
    delete: bool = False
    """Whether to delete entities that only the target has. An entity of which a part is
    not selected stays, such as an environment if only some configs are selected."""
    max_deletes: int = attrs.field(default=10, validator=_not_negative)
    """Maximum number of deleted entities, counting the settings of deleted configs."""
    reason: str | None = None
    """Note on every change of values; needed where the target demands one."""
    approval: Approval | None = None
    """The way to change values of V2 configs where the target requires approval; None
    blocks the plan. To bypass approval, the credentials need the right to."""
    apply_at: datetime | None = None
    """Aware time at which the service applies the change requests once they are
    approved; only with the approval `request`."""
    members: bool = False
    """Whether to invite the members of the snapshot, which sends e-mail."""

    def __attrs_post_init__(self) -> None:
        """Refuse a schedule that cannot be kept."""
        if self.apply_at is not None and self.apply_at.tzinfo is None:
            raise ConfigurationError("apply_at needs a time zone")
        if self.apply_at is not None and self.approval != "request":
            raise ConfigurationError(
                "apply_at schedules change requests, so it needs approval='request'"
            )
        if self.approval == "request" and len(self.reason or "") > _MOST_REASON:
            raise ConfigurationError(
                f"the reason of a change request has at most {_MOST_REASON} characters"
            )
