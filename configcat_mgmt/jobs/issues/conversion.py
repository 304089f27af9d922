"""Issues of converting a config to evaluation version 2: CC541 to CC559."""

from collections.abc import Mapping
from typing import Final

from configcat_mgmt.jobs.issues.kind import IssueKind, issue_table

CONVERSION: Final[Mapping[str, IssueKind]] = issue_table(
    IssueKind(
        "CC541",
        "blocker",
        "Rules cannot be translated ({reason}): {items}.",
        "Correct or delete these rules in the old config, and plan again.",
    ),
    IssueKind(
        "CC542",
        "warning",
        "Rules are left out, because what they compare with is no number, so that "
        "SDKs skip them: {items}.",
        "Correct the numbers in the old config and plan again, if the rules are to "
        "apply to somebody.",
    ),
    IssueKind(
        "CC543",
        "warning",
        "Rules are left out, because they compare with nothing, so that they apply "
        "to nobody: {items}.",
        "Give the rules something to compare with in the old config and plan again, "
        "if they are to apply to somebody.",
    ),
    IssueKind(
        "CC544",
        "warning",
        "Rules compare with what is no semantic version, so that SDKs skip them; they "
        "are kept as they are, and the service may refuse them: {items}.",
        "Correct the versions in the old config and plan again, or delete the rules.",
    ),
    IssueKind(
        "CC545",
        "blocker",
        "Part of the old config is not in the snapshot, so that the new one would "
        "serve something else: {items}.",
        "Take a snapshot of all of the config, with credentials that may read it.",
    ),
    IssueKind(
        "CC546",
        "note",
        "Percentage splits put users where they are now, and analytics see the same "
        "variation ids, because neither keys nor values change: {items}.",
        "Keep keys, values and the order of percentage options in the new config.",
    ),
    IssueKind(
        "CC547",
        "note",
        "The old config stays as it is. Later changes of one of the two do not reach "
        "the other, and the dashboard does not show that they belong together.",
        "Move applications to the new SDK keys soon, with SDKs that know configs of "
        "version 2; delete the old config when nothing reads it any more.",
    ),
)
