"""Issues of bulk edits: CC521 to CC539."""

from collections.abc import Mapping
from typing import Final

from configcat_mgmt.jobs.issues.kind import IssueKind, issue_table

EDITING: Final[Mapping[str, IssueKind]] = issue_table(
    IssueKind(
        "CC521",
        "blocker",
        "The values are of another type than these settings: {items}.",
        "Select settings of one type, or give values of theirs.",
    ),
    IssueKind(
        "CC522",
        "blocker",
        "The values are none of the predefined variations of these settings: {items}.",
        "Add the variations first, or leave these settings out.",
    ),
    IssueKind(
        "CC523",
        "blocker",
        "The rules are of the other evaluation version than the config of these "
        "settings: {items}.",
        "Give `RuleV1` for version 1 and `Rule` for version 2, and select configs of "
        "one version at a time.",
    ),
    IssueKind(
        "CC524",
        "blocker",
        "A name has 1 to 255 characters, and these would not: {items}.",
        "Choose other names, or leave these settings out.",
    ),
    IssueKind(
        "CC525",
        "blocker",
        "A hint has at most 1000 characters, and these would have more: {items}.",
        "Choose shorter hints, or leave these settings out.",
    ),
    IssueKind(
        "CC526",
        "warning",
        "The product does not have these tags, which were to be removed: {items}.",
        "Look whether the tags are spelled right.",
    ),
    IssueKind(
        "CC527",
        "warning",
        "These stand for nothing and are taken as they are: {items}.",
        "Put name or key in braces, and in hints also hint.",
    ),
    IssueKind(
        "CC528",
        "blocker",
        "It could not be read which tags the product has, so these might be made a "
        "second time: {items}.",
        "Read the tags as well, with credentials that have access.",
    ),
)
