"""The emulator answers sequences of operations as a plain model does."""

from collections import Counter

import pytest

from tests.emulator.sequences import play

LENGTH = 50


async def test_sequences_are_answered_as_the_model_says() -> None:
    statuses: Counter[tuple[str, int]] = Counter()
    for number in range(40):
        result = await play(f"{number}", LENGTH)
        assert result.difference is None
        statuses.update(result.statuses)
    # Every kind of step was done, refused, and tried on what is not there.
    for verb, done in (("create", 201), ("delete", 204)):
        assert statuses[verb, done] > 50
    for verb in ("update", "set_value", "value", "values", "read", "list", "tagged"):
        assert statuses[verb, 200] > 50
    for verb in ("create", "update", "delete", "set_value"):
        assert statuses[verb, 400]
        assert statuses[verb, 404]


@pytest.mark.parametrize("number", range(4))
async def test_sequences_over_http_are_answered_as_the_model_says(number: int) -> None:
    result = await play(f"http {number}", LENGTH, over_http=True)
    assert result.difference is None
    assert sum(result.statuses.values()) == 2 * LENGTH
