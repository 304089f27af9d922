"""Products that grow old, and code that refers to their flags."""

from datetime import UTC, datetime, timedelta

import attrs

from tests.jobs.world import World

START = datetime(2026, 1, 1, 12, tzinfo=UTC)


@attrs.define
class Clock:
    """The emulator's clock, which tests turn."""

    now: datetime = START

    def __call__(self) -> datetime:
        return self.now

    def turn(self, days: float) -> None:
        self.now += timedelta(days=days)


async def refer(
    world: World, config: str, key: str, *lines: int, branch: str = "main"
) -> None:
    """Report lines of code that refer to a flag."""
    references = [
        {"file": "shop.py", "referenceLine": {"lineNumber": line}} for line in lines
    ]
    body = {
        "configId": world.configs[config],
        "repository": "web",
        "branch": branch,
        "flagReferences": [
            {"settingId": world.settings[config, key], "references": references}
        ],
    }
    await world.client.call("upload-references", body=body)
