"""The emulator answers sequences of operations as a plain model does."""

from collections import Counter

import pytest

from tests.emulator.sequences import play

LENGTH = 50


@pytest.mark.parametrize("part", range(4))
async def test_sequences_are_answered_as_the_model_says(part: int) -> None:
    statuses: Counter[tuple[str, int]] = Counter()
    for number in range(9):
        result = await play(f"{part} {number}", LENGTH)
        assert result.difference is None
        statuses.update(result.statuses)
    for verb in ("create", "update", "delete", "set_value"):
        found = {status for one, status in statuses if one == verb}
        assert len(found & {200, 201, 204}) == 1
        assert found >= {400, 404}


@pytest.mark.parametrize("number", range(4))
async def test_sequences_over_http_are_answered_as_the_model_says(number: int) -> None:
    result = await play(f"http {number}", LENGTH, over_http=True)
    assert result.difference is None
    assert sum(result.statuses.values()) == 2 * LENGTH
