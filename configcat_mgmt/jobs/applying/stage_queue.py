"""Which step of a stage is next, so that no endpoint waits behind another."""

from collections import deque
from collections.abc import Sequence

from configcat_mgmt.jobs.model.plan import Step


class StageQueue:
    """The steps of a stage that are not begun yet, by endpoint.

    The service counts calls by endpoint, so whichever has the fewest in flight is next:
    else all places in flight could wait for the same one.
    """

    def __init__(self, steps: Sequence[tuple[int, Step]], in_flight: int) -> None:
        """Take steps with their places in the plan; each endpoint keeps their order."""
        self._waiting: dict[str, deque[tuple[int, Step]]] = {}
        for number, step in steps:
            self._waiting.setdefault(step.operation, deque()).append((number, step))
        self._running = dict.fromkeys(self._waiting, 0)
        self._room = in_flight

    def take(self) -> tuple[int, Step] | None:
        """Return the next step, None if there is none or no room for it now."""
        ready = [name for name, waiting in self._waiting.items() if waiting]
        if not ready or self._room < 1:
            return None
        name = min(ready, key=self._running.__getitem__)
        self._running[name] += 1
        self._room -= 1
        return self._waiting[name].popleft()

    def ended(self, step: Step) -> None:
        """Make room: a step that was taken is no longer under way."""
        self._running[step.operation] -= 1
        self._room += 1
