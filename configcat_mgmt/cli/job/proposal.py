"""What is going to be done, and how it ended."""

from collections.abc import Sequence

import attrs

from configcat_mgmt.cli.terminal.exit_codes import DIFFERENCES, DONE, ERROR, INTERRUPTED
from configcat_mgmt.jobs import (
    Difference,
    Estimate,
    Plan,
    Report,
    Step,
    ValueChange,
    estimate_plan,
)


@attrs.frozen
class Proposal:
    """A plan, and what is left of it."""

    plan: Plan
    left: Sequence[Step]
    """Steps that earlier runs have not done."""
    changes: Sequence[ValueChange] = ()
    """Values that change, if there is something to show of them."""

    @property
    def is_resumed(self) -> bool:
        """Whether an earlier run has done some of it."""
        return len(self.left) < len(self.plan.steps)

    @property
    def estimate(self) -> Estimate:
        """What the steps that are left need."""
        return estimate_plan(attrs.evolve(self.plan, steps=tuple(self.left)))


@attrs.frozen
class Ended:
    """How it ended."""

    report: Report
    differences: tuple[Difference, ...] | None = None
    """What is not as it should be; None if nobody looked."""
    is_interrupted: bool = False

    @property
    def exit_code(self) -> int:
        """What the process says."""
        if self.is_interrupted:
            return INTERRUPTED
        if not self.report.is_complete:
            return ERROR
        return DIFFERENCES if self.differences else DONE


def steps_left(plan: Plan, report: Report) -> tuple[Step, ...]:
    """Return the steps of a plan that are not done."""
    return tuple(
        step
        for step, result in zip(plan.steps, report.steps, strict=True)
        if not result.is_finished
    )
