"""Options shared by all commands that make one product match another."""

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import wraps
from typing import TypeVar

from configcat_mgmt.cli.job.options import (
    conflict_option,
    delete_options,
    members_option,
)
from configcat_mgmt.cli.options.selection import (
    Choice,
    dependencies_option,
    map_option,
    selection_options,
)
from configcat_mgmt.jobs import (
    Approval,
    Conflict,
    NameMap,
    Plan,
    PlanOptions,
    Snapshot,
    ValueChange,
    renamed,
    value_changes,
)

ResultT = TypeVar("ResultT")


def copy_options(command: Callable[..., ResultT]) -> Callable[..., ResultT]:
    """Add the options of a copy; the command gets `choice` and `options`.

    The command needs `--reason`, `--approval` and `--at` too, because they are options
    of it.
    """

    @selection_options()
    @dependencies_option
    @map_option
    @conflict_option
    @delete_options
    @members_option
    @wraps(command)
    def with_options(
        *,
        choice: Choice,
        with_dependencies: bool,
        names: NameMap,
        on_conflict: Conflict,
        delete: bool,
        max_deletes: int,
        members: bool,
        reason: str | None,
        approval: Approval | None,
        apply_at: datetime | None,
        **given: object,
    ) -> ResultT:
        options = PlanOptions(
            selection=choice.selection(),
            with_dependencies=with_dependencies,
            names=names,
            on_conflict=on_conflict,
            delete=delete,
            max_deletes=max_deletes,
            reason=reason,
            approval=approval,
            apply_at=apply_at,
            members=members,
        )
        return command(choice=choice, options=options, **given)

    return with_options


def overwritten_values(
    plan: Plan, snapshot: Snapshot, target: Snapshot, names: NameMap
) -> list[ValueChange]:
    """Return the changes of the existing values that a copy overwrites, in words.

    Args:
        plan: The plan of the copy.
        snapshot: The snapshot that the plan copies.
        target: The target as it was read for the plan.
        names: The new names of the copied environments and configs.
    """
    overwritten = {
        (*step.key, key)
        for step in plan.steps
        if step.entity == "values" and isinstance(step.replaces, Mapping)
        for key in step.replaces
    }
    return [
        one
        for one in value_changes(target, renamed(snapshot, names))
        if (one.config, one.environment, one.key) in overwritten
    ]
