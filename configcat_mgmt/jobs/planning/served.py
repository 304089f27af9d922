"""Notices when users would be served something else by chance, not by intent.

A percentage bucket depends on the key of the flag and the user attribute alone, so
that users keep their place as long as these and the order of the options stay. Source:
https://configcat.com/docs/advanced/targeting/percentage-options/.
"""

from collections.abc import Sequence

from configcat_mgmt.jobs.issues.collecting import IssueList
from configcat_mgmt.jobs.model.snapshot import Formula, PercentageOption, ValueV1

_DEFAULT_ATTRIBUTE = "Identifier"


def note_reshuffling(
    issues: IssueList,
    where: str,
    key: str,
    wanted: Formula | ValueV1,
    found: Formula | ValueV1,
) -> None:
    """Warn if the change of a value distributes users anew.

    Args:
        issues: Where to note it.
        where: Config and environment of the value.
        key: Key of its setting.
        wanted: What it is going to be.
        found: What it is.
    """
    if isinstance(wanted, Formula) and isinstance(found, Formula):
        if not (_has_shares(wanted) and _has_shares(found)):
            return
        if _attribute(wanted) != _attribute(found):
            issues.add("CC302", where, key)
        elif any(
            is_reordered(new.percentage_options, old.percentage_options)
            for new in wanted.rules
            for old in found.rules
            if new.percentage_options
            and old.percentage_options
            and new.conditions == old.conditions
        ):
            issues.add("CC303", where, key)
    elif (
        isinstance(wanted, ValueV1)
        and isinstance(found, ValueV1)
        and is_reordered(wanted.percentage_options, found.percentage_options)
    ):
        issues.add("CC303", where, key)


def is_reordered(
    wanted: Sequence[PercentageOption], found: Sequence[PercentageOption]
) -> bool:
    """Whether values that both splits have stand in another order."""
    new = [option.value for option in wanted]
    old = [option.value for option in found]
    return [one for one in new if one in old] != [one for one in old if one in new]


def _has_shares(formula: Formula) -> bool:
    return any(rule.percentage_options for rule in formula.rules)


def _attribute(formula: Formula) -> str:
    return formula.percentage_attribute or _DEFAULT_ATTRIBUTE
