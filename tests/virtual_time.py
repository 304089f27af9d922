"""An event loop whose clock jumps, so hours of waiting pass at once and exactly."""

import asyncio
import selectors
from collections.abc import Coroutine
from typing import TypeVar

T = TypeVar("T")

TICK_SECONDS = 1e-9
"""What one turn of the loop takes. Not 0: aiolimiter sets its timer again for "now" if
it wakes a rounding error too early, and would do so for ever if the clock stood."""


class _JumpingSelector(selectors.SelectSelector):
    """Polls without waiting, and lets the clock jump by the time it would wait."""

    def __init__(self, start: float) -> None:
        super().__init__()
        self.now = start

    def select(
        self,
        timeout: float | None = None,
    ) -> list[tuple[selectors.SelectorKey, int]]:
        events = super().select(0)
        if not events:
            if timeout is None:
                raise RuntimeError("deadlock: everything waits, and for nothing timed")
            self.now += timeout
        self.now += TICK_SECONDS
        return events


class VirtualTimeLoop(asyncio.SelectorEventLoop):
    """Runs timers in order as fast as it can; `time` is the clock for everything."""

    def __init__(self, start: float = 1000.0) -> None:
        self._jumping = _JumpingSelector(start)
        super().__init__(self._jumping)

    def time(self) -> float:
        return self._jumping.now

    def run(self, main: Coroutine[object, object, T]) -> T:
        """Run `main`, close the loop, and fail if tasks or timers are left behind."""
        try:
            result = self.run_until_complete(main)
            # Tasks that were canceled last need a turn to end.
            self.run_until_complete(asyncio.sleep(0))
            left = asyncio.all_tasks(self)
            assert not left, f"tasks left behind: {left}"
            return result
        finally:
            for task in asyncio.all_tasks(self):
                task.cancel()
            self.run_until_complete(asyncio.sleep(0))
            self.close()
