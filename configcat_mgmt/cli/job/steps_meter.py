"""The progress of a plan: a bar for each stage, and the figures."""

import time
from collections import Counter
from collections.abc import Iterable

from rich.console import Group, RenderableType
from rich.text import Text

from configcat_mgmt.cli.job.words import MANY
from configcat_mgmt.cli.options.connection import pace_of_command
from configcat_mgmt.cli.terminal.progress import add_bar, bars
from configcat_mgmt.jobs import ApplyProgress, Plan, Step, least_seconds
from configcat_mgmt.texts import counted, duration


class StepsMeter:
    """Counts the steps of a plan while it is applied."""

    def __init__(self, plan: Plan, left: Iterable[Step]) -> None:
        """Start with the remaining steps."""
        self._operations = {
            step.id: (step.stage, step.operation) for step in plan.steps
        }
        self._left = Counter((step.stage, step.operation) for step in left)
        self._totals = Counter(step.stage for step in plan.steps)
        self._names = _stage_names(plan)
        self._limits = pace_of_command().effective()
        self._began = self._stage_began = self._told_at = time.monotonic()
        steps = len(plan.steps)
        done = steps - self._left.total()
        self._state = ApplyProgress(0, 0, 0, done, steps, 0, 0, 0)
        self._stage_least = 0.0
        self.is_stopping = False

    def told(self, state: ApplyProgress) -> None:
        """Record the progress."""
        if state.step is not None and state.outcome != "not_started":
            self._left[self._operations[state.step]] -= 1
        if state.stage != self._state.stage:
            self._stage_began = time.monotonic()
            self._stage_least = self._least(state.stage)
        self._state = state
        self._told_at = time.monotonic()

    @property
    def seconds_left(self) -> float:
        """The minimum time for the remaining steps, in seconds."""
        present = self._state.stage
        later = {stage for stage, _ in self._left if stage > present}
        # Pacing allows many calls at once, and then none until the minute is over.
        passed = time.monotonic() - self._stage_began
        now = max(self._least(present), self._stage_least - passed)
        return now + sum(map(self._least, later))

    def _least(self, stage: int) -> float:
        return max(
            (
                least_seconds(count, self._limits)
                for (one, _), count in self._left.items()
                if one == stage
            ),
            default=0.0,
        )

    def line(self) -> str:
        """Return the progress as one line."""
        state = self._state
        name = self._names.get(state.stage, "Starting")
        if state.done == state.steps:
            name = "Applied"
        return f"{name}: {state.done:,} of {state.steps:,} steps, {self._figures()}"

    def _figures(self) -> str:
        state = self._state
        # After the last step the job may wait for change requests, without a step.
        now = time.monotonic() if state.done < state.steps else self._told_at
        parts = [
            counted(state.calls, "call"),
            f"{state.refused} responses 429",
            duration(now - self._began),
        ]
        if self.is_stopping:
            parts.append("stopping, waiting for responses")
        elif waiting := self._waiting_seconds:
            parts.append(f"waiting for calls in flight, at most {duration(waiting)}")
        elif state.done < state.steps:
            parts.append(f"{state.in_flight} in flight")
            parts.append(f"about {duration(self.seconds_left)} left")
        return ", ".join(parts)

    @property
    def _waiting_seconds(self) -> float:
        """The time left to wait for calls without a response, in seconds."""
        waited = time.monotonic() - self._told_at
        return max(0.0, self._state.waiting_seconds - waited)

    def __rich__(self) -> RenderableType:
        """Draw a bar for each stage, and the figures."""
        table = bars()
        for stage, total in self._totals.items():
            left = sum(n for (one, _), n in self._left.items() if one == stage)
            style = "bold cyan" if stage == self._state.stage else ""
            add_bar(table, self._names[stage], total - left, total, style)
        style = "yellow" if self.is_stopping else "dim"
        return Group(table, Text(self._figures(), style))


def _stage_names(plan: Plan) -> dict[int, str]:
    names: dict[int, dict[str, None]] = {}
    for step in plan.steps:
        deleting = "deleting " if step.action == "delete" else ""
        names.setdefault(step.stage, {})[deleting + MANY[step.entity]] = None
    return {stage: ", ".join(found) for stage, found in names.items()}
