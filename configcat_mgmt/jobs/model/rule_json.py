"""Reads a targeting rule from JSON data, in the form that it has in a snapshot."""

from collections.abc import Mapping
from typing import Final, cast

from configcat_mgmt.errors import ConfigurationError
from configcat_mgmt.jobs.model.serialization import KIND, MisfitError, read_record
from configcat_mgmt.jobs.model.snapshot import (
    PrerequisiteCondition,
    Rule,
    RuleV1,
    SegmentCondition,
    UserCondition,
)

_CONDITIONS: Final = {
    "attribute": UserCondition.__name__,
    "segment": SegmentCondition.__name__,
    "setting": PrerequisiteCondition.__name__,
}
"""Kinds of conditions by the field that only they have."""


def read_rule(data: object) -> Rule | RuleV1:
    """Read a targeting rule, such as one for `Edit(add_rule=...)`.

    Args:
        data: Plain JSON data. A rule with `conditions` is a `Rule`, for configs of
            evaluation version 2; any other is a `RuleV1`. The `kind` of a condition
            may be left out.

    Returns:
        The rule.

    Raises:
        ConfigurationError: The data is no such rule; the message names the field.
    """
    if not isinstance(data, Mapping):
        raise ConfigurationError("a rule must be a JSON object")
    rule = dict(cast("Mapping[str, object]", data))
    conditions = rule.get("conditions")
    if isinstance(conditions, list):
        rule["conditions"] = [*map(_with_kind, cast("list[object]", conditions))]
    try:
        if conditions is None:
            return read_record(rule, RuleV1)
        return read_record(rule, Rule)
    except MisfitError as misfit:
        raise ConfigurationError(f"the rule cannot be used: {misfit}") from None


def _with_kind(condition: object) -> object:
    """Add the kind of a condition, which its fields determine."""
    if not isinstance(condition, dict):
        return condition
    fields = cast("dict[str, object]", condition)
    kinds = (kind for field, kind in _CONDITIONS.items() if field in fields)
    return {KIND: next(kinds, None), **fields}
