"""Turns the weights of a rollout into whole percentages.

Source: launchdarkly/python-server-sdk, ldclient/impl/evaluator_common.py.
"""

from collections.abc import Mapping, Sequence
from typing import Final

import attrs

from configcat_mgmt.jobs.launchdarkly.attributes import Reference
from configcat_mgmt.jobs.launchdarkly.model import WHOLE, Rollout

PERCENT: Final = WHOLE // 100


@attrs.frozen
class Split:
    """The outcome of a rollout for all who may come."""

    attribute: Reference
    shares: Mapping[int, int]
    """Weights by variation; they add up to `WHOLE`, and zeros are included."""
    without_kind: int
    """The variation of those who lack the kind: the first one, whatever its weight."""
    without_attribute: int
    """The variation of those who lack only the attribute: the first with a weight."""

    @property
    def has_fractions(self) -> bool:
        """Whether a share is no whole percentage."""
        return any(weight % PERCENT for weight in self.shares.values())

    @property
    def only(self) -> int | None:
        """The variation that all get who have the attribute, if there is one."""
        found = [one for one, weight in self.shares.items() if weight]
        return found[0] if len(found) == 1 else None


def split_of(rollout: Rollout) -> Split:
    """Return the outcome of a rollout, which has at least one variation.

    Weights that do not add up leave the rest to the last entry, and those beyond the
    whole count for nothing. An experiment splits by the key, whatever it says.

    Raises:
        BadReferenceError: LaunchDarkly cannot evaluate its attribute.
    """
    if rollout.bucket_by is None or rollout.is_moving:
        attribute = Reference.key_of(rollout.context_kind)
    else:
        attribute = Reference.of(rollout.bucket_by, rollout.context_kind)
    shares: dict[int, int] = {}
    sum_ = 0
    first: int | None = None
    for one in rollout.weights:
        weight = min(one.weight, WHOLE - sum_)
        if weight and first is None:
            first = one.variation
        sum_ += weight
        shares[one.variation] = shares.get(one.variation, 0) + weight
    last = rollout.weights[-1].variation
    shares[last] += WHOLE - sum_
    return Split(
        attribute,
        shares,
        without_kind=rollout.weights[0].variation,
        without_attribute=last if first is None else first,
    )


def percentages(weights: Sequence[int]) -> list[int]:
    """Round weights to whole percentages that add up to 100.

    Each is rounded down, and those with the largest remainders get one more.

    Args:
        weights: At least one is not zero.
    """
    total = sum(weights)
    floors = [weight * 100 // total for weight in weights]
    remainders = [weight * 100 % total for weight in weights]
    order = sorted(range(len(weights)), key=lambda place: -remainders[place])
    for place in order[: 100 - sum(floors)]:
        floors[place] += 1
    return floors
