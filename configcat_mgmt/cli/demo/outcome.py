"""How a run of the demo ended."""

from collections.abc import Mapping
from pathlib import Path

import attrs

from configcat_mgmt.cli.demo.evaluation import Unequal
from configcat_mgmt.jobs import Difference
from configcat_mgmt.json_value import JsonValue


@attrs.frozen
class Outcome:
    """How a run of the demo ended."""

    flags: int
    killed_after: int
    """Calls that the killed process had sent."""
    in_doubt: int
    """Steps that it had begun without noting how they ended."""
    adopted: int
    """Those of them that were done, and were found by the next process."""
    calls: int
    """All calls, those that read back included."""
    refused: Mapping[str, int]
    """Answers 429 by operation id, as the emulator counted them."""
    differences: tuple[Difference, ...]
    """What was read back otherwise than in the source."""
    evaluations: int
    """Pairs of evaluations that were compared."""
    unequal: tuple[Unequal, ...]
    seconds: float
    job: Path
    """The folder of the job."""
    report: Path
    """The page to look at."""

    @property
    def is_equal(self) -> bool:
        """Whether the copy is as its source."""
        return not self.differences and not self.unequal

    @property
    def total_refused(self) -> int:
        """How many calls were answered 429."""
        return sum(self.refused.values())

    def to_json(self) -> dict[str, JsonValue]:
        """Return everything as plain JSON data."""
        return {
            "equal": self.is_equal,
            "flags": self.flags,
            "killed_after": self.killed_after,
            "in_doubt": self.in_doubt,
            "adopted": self.adopted,
            "calls": self.calls,
            "refused": dict(self.refused),
            "differences": [str(one) for one in self.differences],
            "evaluations": self.evaluations,
            "unequal": [str(one) for one in self.unequal],
            "seconds": round(self.seconds, 1),
            "job": str(self.job),
            "report": str(self.report),
        }
