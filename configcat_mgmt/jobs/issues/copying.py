"""Issues of every plan that brings one product to look like another.

The hundreds tell what an issue is about: 1 what is not carried over, 2 what the target
cannot take, 3 users who are served something else, 4 conflicts and deletions.
"""

from collections.abc import Mapping
from typing import Final

from configcat_mgmt.jobs.issues.kind import IssueKind, issue_table

_NOT_CARRIED_OVER: Final = issue_table(
    IssueKind(
        "CC101",
        "note",
        "SDK keys cannot be copied; the service makes new ones for {items}.",
        "Deploy the new SDK keys; the report of the job lists them, old and new.",
    ),
    IssueKind(
        "CC102",
        "warning",
        "Signing keys of webhooks cannot be copied: {items}.",
        "Make signing keys for the new webhooks in the dashboard, and give them to "
        "the receivers.",
    ),
    IssueKind(
        "CC103",
        "warning",
        "Values of secure headers cannot be read, so that the webhook is made "
        "without: {items}.",
        "Add the headers to the webhook in the dashboard or with `replace-webhook`.",
    ),
    IssueKind(
        "CC104",
        "warning",
        "The snapshot has no values for headers of the webhook: {items}.",
        "Take the snapshot with secrets, or add the headers to the webhook by hand.",
    ),
    IssueKind(
        "CC105",
        "warning",
        "Integrations are left out, because their parameters are not in the snapshot "
        "or read back masked: {items}.",
        "Take the snapshot with secrets, or set the integrations up by hand.",
    ),
    IssueKind(
        "CC106",
        "note",
        "Code references and the audit log of {count} settings stay behind, and so do "
        "creators and dates.",
        "Run the code reference scanner against the new configs.",
    ),
    IssueKind(
        "CC107",
        "note",
        "{count} settings count as changed today, so none of them is stale for some "
        "time.",
        "Clean up stale flags before copying, or wait with the next report.",
    ),
    IssueKind(
        "CC108",
        "note",
        "Proxy profiles belong to the organization: they are not copied, their "
        "secrets cannot be, and selections by id do not reach {items}.",
        "Select the new SDK keys in the proxy profile that is to serve them.",
    ),
    IssueKind(
        "CC109",
        "note",
        "{count} members are in the snapshot; invitations send e-mail, so none are "
        "planned.",
        "Ask for members to have them invited.",
    ),
    IssueKind(
        "CC110",
        "warning",
        "{count} people are going to get an invitation by e-mail: {items}.",
        "Plan without members if that is not wanted.",
    ),
    IssueKind(
        "CC111",
        "warning",
        "Links to Jira may be refused unless Jira is connected to the target: {items}.",
        "Connect Jira with the target's product first, or leave links out.",
    ),
    IssueKind(
        "CC112",
        "warning",
        "The snapshot is partial; this could not be read, so it is not part of the "
        "plan: {items}.",
        "Give the credentials access and take the snapshot again.",
    ),
    IssueKind(
        "CC113",
        "warning",
        "The target could not be read completely, so this may be planned although it "
        "is there: {items}.",
        "Give the credentials access and plan again.",
    ),
    IssueKind(
        "CC114",
        "note",
        "Integrations are left out, because they also apply to parts of the product "
        "that are not selected: {items}.",
        "Select these as well, or set the integrations up by hand.",
    ),
    IssueKind(
        "CC115",
        "note",
        "The limits of the target's organization are not known, so they were not "
        "checked.",
        "Read the limitations of the organization and plan with them.",
    ),
    IssueKind(
        "CC116",
        "warning",
        "The values of headers differ or are not known, and cannot be replaced "
        "without those of all headers of the webhook: {items}.",
        "Set the headers of the webhook by hand.",
    ),
    IssueKind(
        "CC117",
        "warning",
        "Nothing in the product fits these {what} of the selection: {items}.",
        "Correct the selection, or let them be if that was to be expected.",
    ),
    IssueKind(
        "CC118",
        "warning",
        "No setting is selected, so there is nothing to do.",
        "Correct the selection, or let it be if that was to be expected.",
    ),
    IssueKind(
        "CC119",
        "note",
        "Only a part of the product is selected, so this, which belongs to all of it, "
        "is left out: {items}.",
        "Name its kind in the selection as well if it should be taken.",
    ),
)

_TARGET_CANNOT_TAKE: Final = issue_table(
    IssueKind(
        "CC201",
        "blocker",
        "{what} is needed, but the target does not have it and the plan does not "
        "make it: {items}.",
        "Select it as well, make it in the target, or map its name.",
    ),
    IssueKind(
        "CC203",
        "blocker",
        "The config has evaluation version {wanted} in the source and {found} in the "
        "target; the version of a config never changes.",
        "Map the config to another name, or convert it to the other version first.",
    ),
    IssueKind(
        "CC204",
        "blocker",
        "Settings are of another type in the target, and types never change: {items}.",
        "Delete or rename the settings in the target, or leave them out.",
    ),
    IssueKind(
        "CC205",
        "blocker",
        "Settings have predefined variations on one side only: {items}.",
        "Convert them in the dashboard, or leave them out.",
    ),
    IssueKind(
        "CC206",
        "blocker",
        "The target demands hints, and settings have none: {items}.",
        "Give the settings hints, or switch mandatory hints off in the target until "
        "the job is done.",
    ),
    IssueKind(
        "CC207",
        "blocker",
        "The target demands a reason for changes of values in {items}.",
        "Plan again with a reason.",
    ),
    IssueKind(
        "CC208",
        "blocker",
        "What the target serves could not be read, so it would be overwritten unseen: "
        "{items}.",
        "Read this as well, with credentials that have access, or leave it out.",
    ),
    IssueKind(
        "CC209",
        "blocker",
        "Names differ in upper and lower case only, so one of them cannot be told "
        "from the other: {items}.",
        "Rename one of them, or leave one out.",
    ),
    IssueKind(
        "CC210",
        "blocker",
        "Values do not fit their settings ({reason}): {items}.",
        "Correct these values, or take the snapshot again.",
    ),
    IssueKind(
        "CC211",
        "blocker",
        "Prerequisites would form a circle: {items}.",
        "Change the conditions of one of the settings, or leave it out.",
    ),
    IssueKind(
        "CC212",
        "blocker",
        "The credentials may not change values of {items}.",
        "Give the credentials access, or leave these environments out.",
    ),
    IssueKind(
        "CC213",
        "blocker",
        "The config has evaluation version {version}, which this version of "
        "configcat-mgmt does not know.",
        "Use a newer configcat-mgmt, or leave the config out.",
    ),
    IssueKind(
        "CC214",
        "blocker",
        "Settings are of a type that this version of configcat-mgmt does not know: "
        "{items}.",
        "Use a newer configcat-mgmt, or leave the settings out.",
    ),
    IssueKind(
        "CC220",
        "blocker",
        "The plan of the target's organization allows at most {limit} {what}; more "
        "are needed by {items}.",
        "Simplify these, or upgrade the plan of the organization.",
    ),
)

_SERVED_OTHERWISE: Final = issue_table(
    IssueKind(
        "CC301",
        "warning",
        "Keys are spelled otherwise in the target, and SDKs tell upper from lower "
        "case; percentage splits put users elsewhere and analytics see other "
        "variation ids: {items}.",
        "Have the code ask for the keys of the target.",
    ),
    IssueKind(
        "CC302",
        "warning",
        "Another user attribute decides about percentage options, so that users are "
        "distributed anew: {items}.",
        "Keep the attribute of the target if users should keep what they see.",
    ),
    IssueKind(
        "CC303",
        "warning",
        "Percentage options stand in another order, so that users are distributed "
        "anew: {items}.",
        "Keep the order of the target if users should keep what they see.",
    ),
    IssueKind(
        "CC304",
        "warning",
        "Keys change; percentage splits put users elsewhere and analytics see other "
        "variation ids: {items}.",
        "Keep the keys if users should keep what they see.",
    ),
)

_CONFLICTS: Final = issue_table(
    IssueKind(
        "CC401",
        "blocker",
        "This is in the target already and differs in {fields}: {items}.",
        "Choose to overwrite or to skip what is there, or leave it out.",
    ),
    IssueKind(
        "CC402",
        "note",
        "This is in the target already and stays as it is, though it differs in "
        "{fields}: {items}.",
        "Choose to overwrite if it should become like the source.",
    ),
    IssueKind(
        "CC403",
        "blocker",
        "The plan deletes {deletes} things, with what they contain; at most "
        "{allowed} are allowed.",
        "Look at what would be deleted, and raise `max_deletes` if it is right.",
    ),
    IssueKind(
        "CC404",
        "note",
        "The target has more than the source, and it stays: {items}.",
        "Ask for deletions if it should go.",
    ),
    IssueKind(
        "CC405",
        "blocker",
        "Deletions were asked for, but the snapshot is partial: what could not be "
        "read would be deleted.",
        "Take the snapshot again with full access, or plan without deletions.",
    ),
    IssueKind(
        "CC406",
        "warning",
        "Deleting it takes along what it contains: {items}.",
        "Make sure that nothing uses it any more.",
    ),
    IssueKind(
        "CC407",
        "blocker",
        "It cannot be deleted, because what stays in the target depends on it: "
        "{items}.",
        "Change these in the target first, or plan without deletions.",
    ),
    IssueKind(
        "CC408",
        "blocker",
        "Integrations would apply to everything, because all that they are limited "
        "to is deleted: {items}.",
        "Change or delete these integrations first.",
    ),
    IssueKind(
        "CC409",
        "warning",
        "Members may be in permission groups that are deleted: {items}.",
        "Move the members to other groups first.",
    ),
    IssueKind(
        "CC410",
        "warning",
        "Several of these have the same natural key, so none of them is touched: "
        "{items}.",
        "Bring them in order by hand.",
    ),
)

COPYING: Final[Mapping[str, IssueKind]] = {
    **_NOT_CARRIED_OVER,
    **_TARGET_CANNOT_TAKE,
    **_SERVED_OTHERWISE,
    **_CONFLICTS,
}
