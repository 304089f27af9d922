"""Random sequences of operations on the emulator against a plain model of the service.

Run in a checkout that is installed with `pip install -e .`:
    python -m benchmarks.emulator_sequences [sequences]
"""

import asyncio
import sys
import time

from benchmarks.timing import report
from tests.emulator.sequences import play

SEQUENCES = 1_000
LENGTH = 50


async def _main(count: int) -> bool:
    equal, statuses = 0, {"done": 0, "refused": 0}
    began = time.process_time()
    for number in range(count):
        result = await play(f"benchmark {number}", LENGTH)
        equal += result.difference is None
        if result.difference is not None:
            print(result.difference, file=sys.stderr)
        for (_, status), times in result.statuses.items():
            statuses["done" if status < 300 else "refused"] += times
    report(
        "emulator sequences",
        sequences=count,
        steps=LENGTH,
        equal=equal,
        requests=statuses,
        cpu_seconds=round(time.process_time() - began, 1),
    )
    return equal == count


if __name__ == "__main__":
    wanted = int(sys.argv[1]) if len(sys.argv) > 1 else SEQUENCES
    sys.exit(not asyncio.run(_main(wanted)))
