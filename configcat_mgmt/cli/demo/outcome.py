"""The outcome of a run of the demo."""

from collections.abc import Mapping
from pathlib import Path

import attrs

from configcat_mgmt.cli.demo.evaluation import Unequal
from configcat_mgmt.jobs import Difference
from configcat_mgmt.json_value import JsonValue


@attrs.frozen
class Outcome:
    """The outcome of a run of the demo."""

    flags: int
    killed_after: int
    """Number of calls that the killed process sent."""
    in_doubt: int
    """Number of steps that it began and whose outcome it did not record."""
    adopted: int
    """Number of those steps that were done; the next process found their objects."""
    calls: int
    """All calls, including the final reads."""
    refused: Mapping[str, int]
    """Number of 429 responses by operation id, as counted by the emulator."""
    differences: tuple[Difference, ...]
    """Differences between the source and the copy."""
    evaluations: int
    """Number of compared pairs of evaluations."""
    unequal: tuple[Unequal, ...]
    seconds: float
    job: Path
    """The folder of the job."""
    report: Path
    """The HTML report."""

    @property
    def is_equal(self) -> bool:
        """Whether the copy equals its source."""
        return not self.differences and not self.unequal

    @property
    def total_refused(self) -> int:
        """Number of 429 responses."""
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
