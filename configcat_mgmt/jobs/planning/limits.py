"""Holds what is planned against the limits of the target's organization."""

from collections.abc import Mapping
from typing import Final

from configcat_mgmt.jobs.planning.builder import Draft

_LIMITS: Final[Mapping[str, str]] = {
    "maxPercentageOptionCount": "percentage options",
    "maxTargetingRuleCount": "targeting rules",
    "maxConditionPerTargetingRuleCount": "conditions in a rule",
    "maxComparisonValueLength": "characters in a comparison value",
    "maxComparisonValueListLength": "items in a comparison list",
    "maxComparisonValueListItemLength": "characters in an item of a comparison list",
    "maxStringFlagValueLength": "characters in a text value",
    "maxPredefinedVariations": "predefined variations",
}
"""What the organization's limits limit, by wire name."""


def require_within(
    draft: Draft, where: str, item: str, limit: str, needed: int
) -> None:
    """Block if something does not fit.

    Args:
        draft: Knows the limits; one that is not known is not checked.
        where: The part of the product.
        item: What needs the room there.
        limit: Wire name of the limit.
        needed: How much is needed.
    """
    allowed = draft.limits.get(limit)
    if allowed is not None and needed > allowed:
        draft.issues.add(
            "CC220", where, item, limit=f"{allowed:,}", what=_LIMITS[limit]
        )
