"""The plan of a job, and its result."""

from collections.abc import Mapping, Sequence

import attrs

from configcat_mgmt.cli.job.tables import Documents, tables_of
from configcat_mgmt.cli.options.connection import pace_of_command
from configcat_mgmt.cli.terminal.exit_codes import DIFFERENCES, DONE, ERROR, INTERRUPTED
from configcat_mgmt.jobs import (
    Difference,
    EntityChange,
    Estimate,
    Plan,
    Report,
    ReportTable,
    Step,
    ValueChange,
    estimate_plan,
)
from configcat_mgmt.json_value import JsonValue
from configcat_mgmt.texts import counted


@attrs.frozen
class Proposal:
    """A plan and its remaining steps."""

    plan: Plan
    left: Sequence[Step]
    """Steps that no earlier run has done."""
    changes: Sequence[ValueChange] = ()
    """Changes of values to show."""
    entities: Sequence[EntityChange] = ()
    """Existing entities that the steps change or delete."""
    documents: Documents = attrs.field(factory=dict[str, Mapping[str, JsonValue]])
    """Documents that the job saves in its folder, by file name."""

    @property
    def tables(self) -> tuple[ReportTable, ...]:
        """The documents as tables for people."""
        return tables_of(self.documents)

    @property
    def is_resumed(self) -> bool:
        """Whether an earlier run has done some of the steps."""
        return len(self.left) < len(self.plan.steps)

    @property
    def replaces_something(self) -> bool:
        """Whether the remaining steps change or delete something that exists."""
        return any(
            one.action == "delete" or one.replaces is not None for one in self.left
        )

    @property
    def listed_entities(self) -> Sequence[EntityChange]:
        """Entities to list field by field; `changes` has the values in words."""
        return (
            [one for one in self.entities if one.entity != "values"]
            if (self.changes)
            else self.entities
        )

    def exit_code(self, code: int) -> int:
        """Return the exit code with regard to the check of an import.

        Args:
            code: The exit code of the job without the check.
        """
        return DIFFERENCES if code == DONE and self.found_by_check else code

    @property
    def found_by_check(self) -> str:
        """The differences that the check found, such as `5 different evaluations`.

        Empty if there was no check, or if it found nothing.
        """
        different = self.documents.get("check.json", {}).get("different")
        if not isinstance(different, int) or not different:
            return ""
        return counted(different, "different evaluation")

    @property
    def estimate(self) -> Estimate:
        """The calls and the time that the remaining steps need."""
        remaining = attrs.evolve(self.plan, steps=tuple(self.left))
        return estimate_plan(remaining, pace_of_command().effective())


@attrs.frozen
class Ended:
    """The result of a job."""

    report: Report
    differences: tuple[Difference, ...] | None = None
    """Differences between the plan and the target; None without verification."""
    is_interrupted: bool = False

    @property
    def exit_code(self) -> int:
        """The exit code of the process."""
        if self.is_interrupted:
            return INTERRUPTED
        if not self.report.is_complete or self.report.stopped is not None:
            return ERROR
        if self.report.needs_attention:
            return ERROR
        return DIFFERENCES if self.differences else DONE


def steps_left(plan: Plan, report: Report) -> tuple[Step, ...]:
    """Return the steps of a plan that are not done."""
    return tuple(
        step
        for step, result in zip(plan.steps, report.steps, strict=True)
        if not result.is_finished
    )
