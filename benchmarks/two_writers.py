"""Lets two writers count on one flag, and demands that no update is lost.

Each writer reads the number that the flag serves, adds one, and writes it with
`latestVersionId`. The emulator answers on a real socket.

Run in a checkout that is installed with `pip install -e .`:
    python -m benchmarks.two_writers [rounds]
"""

import asyncio
import sys
from contextlib import AsyncExitStack
from uuid import UUID

from benchmarks.timing import report
from configcat_mgmt import AsyncManagementClient, Options, models, values
from configcat_mgmt.emulator import Emulator
from tests.jobs.world import empty_world
from tests.jobs.world_values import plain_formula

ROUNDS = 1_000
WRITE = "replace-setting-value-v2"


def add_one(value: models.UpdateEvaluationFormulaModel) -> None:
    """Add one to the number that is served."""
    number = value.default_value.int_value
    assert isinstance(number, int)
    value.default_value = values.make_value(number + 1)


async def main(rounds: int) -> None:
    """Let both writers add one in each round."""
    async with AsyncExitStack() as stack:
        emulator = await stack.enter_async_context(Emulator(rate_policy=None))
        writers = [
            await stack.enter_async_context(
                AsyncManagementClient(
                    emulator.username,
                    emulator.password,
                    base_url=emulator.base_url,
                    options=Options(limits=None),
                )
            )
            for _ in range(2)
        ]
        world = await empty_world(writers[0], "Counter")
        await world.environment("Production")
        await world.config("Main")
        await world.setting("Main", "number", "int")
        await world.set_formula("Main", "number", "Production", plain_formula(0))
        place = (
            UUID(world.environments["Production"]),
            world.settings["Main", "number"],
        )
        emulator.counts.reset()

        async def write(client: AsyncManagementClient) -> None:
            for _ in range(rounds):
                await client.change_value(*place, add_one, attempts=1_000)

        await asyncio.gather(*map(write, writers))
        read = await writers[0].setting_values_v2.get_setting_value_v2(*place)
        lost = len(writers) * rounds - int(values.plain_value(read.default_value))
        report(
            "two writers on one flag",
            rounds=rounds,
            updates=len(writers) * rounds,
            conflicts=emulator.counts.calls[WRITE] - len(writers) * rounds,
            lost=lost,
        )
        assert lost == 0


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS))
