"""Values of settings as plain records: V2 formulas and V1 rollouts."""

from typing import TypeAlias
from uuid import UUID

import attrs

from configcat_mgmt.api.model_index import (
    PrerequisiteComparator,
    RolloutRuleComparator,
    SegmentComparator,
    UserComparator,
)

PlainValue: TypeAlias = bool | str | int | float
"""A value of one of the four setting types."""

Served: TypeAlias = PlainValue | UUID
"""A plain value, or the id of a predefined variation."""


@attrs.frozen
class ListItem:
    """An item of a list to compare with."""

    value: str
    hint: str | None = None


@attrs.frozen
class UserCondition:
    """A condition on an attribute of the user."""

    attribute: str
    comparator: UserComparator
    value: str | float | tuple[ListItem, ...]


@attrs.frozen
class SegmentCondition:
    """A condition on belonging to a segment."""

    segment_id: UUID
    comparator: SegmentComparator


@attrs.frozen
class PrerequisiteCondition:
    """A condition on the value of another setting of the config."""

    setting_id: int
    comparator: PrerequisiteComparator
    value: Served


Condition: TypeAlias = UserCondition | SegmentCondition | PrerequisiteCondition


@attrs.frozen
class PercentageOption:
    """A share of a percentage split."""

    percentage: int
    value: Served


@attrs.frozen
class TargetingRule:
    """Conditions that must all hold, and the value to serve then."""

    conditions: tuple[Condition, ...]
    served: Served | tuple[PercentageOption, ...]


def _prerequisites_of(formula: "Formula") -> tuple[PrerequisiteCondition, ...]:
    return tuple(
        condition
        for rule in formula.rules
        for condition in rule.conditions
        if isinstance(condition, PrerequisiteCondition)
    )


@attrs.frozen
class Formula:
    """The V2 value of a setting in an environment."""

    default: Served
    rules: tuple[TargetingRule, ...] = ()
    percentage_attribute: str | None = None
    prerequisites: tuple[PrerequisiteCondition, ...] = attrs.field(
        init=False,
        eq=False,
        repr=False,
        default=attrs.Factory(_prerequisites_of, takes_self=True),
    )
    """All conditions on other settings; kept because every reading asks for them."""


@attrs.frozen
class RolloutRule:
    """A V1 rule: a condition on the user or on a segment, and a value."""

    condition: "RolloutCondition | SegmentCondition"
    value: PlainValue


@attrs.frozen
class RolloutCondition:
    """A V1 condition on an attribute of the user."""

    attribute: str
    comparator: RolloutRuleComparator
    value: str


@attrs.frozen
class PercentageItem:
    """A share of a V1 percentage split."""

    percentage: int
    value: PlainValue


@attrs.frozen
class Rollout:
    """The V1 value of a setting in an environment."""

    value: PlainValue
    rules: tuple[RolloutRule, ...] = ()
    items: tuple[PercentageItem, ...] = ()


Content: TypeAlias = Formula | Rollout
