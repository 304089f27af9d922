"""The catalogue of issues: every code with its severity, cause and remedy.

A code never changes its meaning. The first digit is the subject: 1 entities that are
not carried over, 2 entities that the target cannot accept, 3 users who are served
another value, 4 conflicts and deletions, 5 the other kinds of jobs, 6 imports,
7 change requests. The codes L, T and D are those of ConfigCat's own importer.
"""

from collections.abc import Mapping
from typing import Final

from configcat_mgmt.jobs.issues.kind import IssueKind
from configcat_mgmt.jobs.issues.launchdarkly import LAUNCHDARKLY_KINDS

_KINDS: Final = (
    # Copying: entities that are not carried over.
    IssueKind(
        "CC101",
        "note",
        "SDK keys cannot be copied. The service creates new ones for {items}.",
        "Deploy the new SDK keys. The dashboard shows them, and the report of a copy, "
        "a restore or a conversion with --secrets lists the old and the new ones.",
    ),
    IssueKind(
        "CC102",
        "warning",
        "Signing keys of webhooks cannot be copied: {items}.",
        "Create signing keys for the new webhooks in the dashboard and pass them to "
        "the receivers.",
    ),
    IssueKind(
        "CC103",
        "warning",
        "The service never shows the values of secure headers, so the plan creates "
        "the webhook without these: {items}.",
        "Add the headers to the webhook in the dashboard or with `replace-webhook`.",
    ),
    IssueKind(
        "CC104",
        "warning",
        "The snapshot has no values for these headers of the webhook: {items}.",
        "Take the snapshot with secrets, or add the headers to the webhook by hand.",
    ),
    IssueKind(
        "CC105",
        "warning",
        "Parameters of these integrations are missing from the snapshot or masked, "
        "so the plan does not write them: {items}.",
        "Take the snapshot with secrets, or set up the integrations by hand.",
    ),
    IssueKind(
        "CC106",
        "note",
        "Code references and the audit log of {count} settings are not copied, nor "
        "are creators and dates.",
        "Run the code reference scanner against the new configs.",
    ),
    IssueKind(
        "CC107",
        "note",
        "{count} settings will count as changed today, so none of them is stale for"
        " some weeks.",
        "Clean up stale flags before the job, or expect an empty stale flag report.",
    ),
    IssueKind(
        "CC108",
        "note",
        "Proxy profiles belong to the organization, and their secrets cannot be read, "
        "so they are not copied. Those that select SDK keys by ID do not include the "
        "new keys of {items}.",
        "Select the new SDK keys in the proxy profile that should serve them.",
    ),
    IssueKind(
        "CC109",
        "note",
        "{count} members are in the snapshot. Invitations send e-mail, so the plan "
        "has none.",
        "Plan with members to invite them.",
    ),
    IssueKind(
        "CC110",
        "warning",
        "{count} people will receive an invitation by e-mail: {items}.",
        "Plan without members to send none.",
    ),
    IssueKind(
        "CC111",
        "warning",
        "The service may refuse links to Jira unless Jira is connected to the "
        "target: {items}.",
        "Connect Jira to the target product first, or leave out links.",
    ),
    IssueKind(
        "CC112",
        "warning",
        "The snapshot is partial. These could not be read and are not in the plan: "
        "{items}.",
        "{advice} and take the snapshot again.",
    ),
    IssueKind(
        "CC113",
        "warning",
        "The target could not be read completely, so the plan may create entities "
        "that exist: {items}.",
        "{advice} and plan again.",
    ),
    IssueKind(
        "CC114",
        "note",
        "These integrations also apply to parts of the product that are not "
        "selected, so they are left out: {items}.",
        "Select those parts as well, or set up the integrations by hand.",
    ),
    IssueKind(
        "CC115",
        "note",
        "The limits of the target's organization are unknown, so the plan was not "
        "checked against them.",
        "Read the limitations of the organization and plan with them.",
    ),
    IssueKind(
        "CC116",
        "warning",
        "Values of these headers differ or are unknown. They can only be replaced "
        "together with all headers of the webhook: {items}.",
        "Set the headers of the webhook by hand.",
    ),
    IssueKind(
        "CC117",
        "warning",
        "The selection names {what} that the product does not have: {items}.",
        "Correct the selection, or ignore this if you expected it.",
    ),
    IssueKind(
        "CC118",
        "warning",
        "The selection matches no setting, so there is nothing to do.",
        "Correct the selection, or ignore this if you expected it.",
    ),
    IssueKind(
        "CC119",
        "note",
        "Only a part of the product is selected. These belong to the whole product "
        "and are left out: {items}.",
        "Name their kind in the selection (--only entity=KIND) to include them.",
    ),
    IssueKind(
        "CC120",
        "warning",
        "The service has fields that this version does not know, and the plan does not "
        "carry them over: {items}.",
        "Use a newer configcat-mgmt, or set these fields in the dashboard afterwards.",
    ),
    IssueKind(
        "CC121",
        "warning",
        "The service has fields that this version does not know. The plan overwrites "
        "entities with such fields, which may reset them: {items}.",
        "Use a newer configcat-mgmt, or check these fields in the dashboard "
        "afterwards.",
    ),
    IssueKind(
        "CC122",
        "note",
        "Selected settings depend on these, which the target lacks, so the plan "
        "creates them as well: {items}.",
        "Ignore this, or leave out the settings that depend on them.",
    ),
    IssueKind(
        "CC123",
        "warning",
        "The target lacks these environments and the plan does not create them, so the "
        "permission group gets no permissions in them: {items}.",
        "Select the environments as well, or map their names.",
    ),
    IssueKind(
        "CC124",
        "note",
        "The target will have {items}. The parentheses hold the limits of the smallest "
        "and of the largest subscription; the service does not reveal which one "
        "applies.",
        "Compare the numbers with the limits of your subscription before you apply: "
        "https://configcat.com/docs/subscription-plan-limits.",
    ),
    IssueKind(
        "CC125",
        "note",
        "Selected settings depend on these, which differ in the target or are missing "
        "there, so the plan includes them as well: {items}.",
        "Ignore this, or plan without dependencies.",
    ),
    # Copying: entities that the target cannot accept.
    IssueKind(
        "CC201",
        "blocker",
        "{what} is needed, but the target does not have it and the plan does not "
        "create it: {items}.",
        "Select it as well, create it in the target, or map its name.",
    ),
    IssueKind(
        "CC203",
        "blocker",
        "The config has evaluation version {wanted} in the source and {found} in the"
        " target. The version of a config never changes.",
        "Map the config to another name, or convert it to the other version first.",
    ),
    IssueKind(
        "CC204",
        "blocker",
        "Settings have another type in the target, and types never change: {items}.",
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
        "The target requires hints, and these settings have none: {items}.",
        "Give the settings hints, or turn off mandatory hints in the target until "
        "the job is done.",
    ),
    IssueKind(
        "CC207",
        "blocker",
        "The target requires a reason for changes of values in {items}.",
        "Plan again with a reason.",
    ),
    IssueKind(
        "CC208",
        "blocker",
        "The values in the target could not be read, so the plan would overwrite "
        "them unseen: {items}.",
        "Read the target with credentials that have access, or leave these out.",
    ),
    IssueKind(
        "CC209",
        "blocker",
        "Names differ in case only, and names are not case-sensitive: {items}.",
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
        "Grant the credentials access, or leave these environments out.",
    ),
    IssueKind(
        "CC213",
        "blocker",
        "The config has evaluation version {version}, which this version of "
        "configcat-mgmt does not support.",
        "Use a newer configcat-mgmt, or leave the config out.",
    ),
    IssueKind(
        "CC214",
        "blocker",
        "Settings have a type that this version of configcat-mgmt does not support: "
        "{items}.",
        "Use a newer configcat-mgmt, or leave the settings out.",
    ),
    IssueKind(
        "CC215",
        "blocker",
        "The target requires approval for changes of values in {items}.",
        "Plan again and propose the changes in change requests (--approval request), "
        "write them without approval if the credentials may (--approval bypass), or "
        "leave them out (--approval skip).",
    ),
    IssueKind(
        "CC216",
        "blocker",
        "The credentials may not bypass approval in {items}.",
        "Grant their permission group the right to bypass approval, propose the "
        "changes in change requests (--approval request), or leave them out "
        "(--approval skip).",
    ),
    IssueKind(
        "CC220",
        "blocker",
        "The subscription of the target's organization allows at most {limit} "
        "{what}. More are needed by {items}.",
        "Simplify these, or upgrade the plan of the organization.",
    ),
    # Copying: users who are served another value.
    IssueKind(
        "CC301",
        "warning",
        "Keys have another case in the target. SDKs are case-sensitive, percentage "
        "splits reassign users, and analytics receive other variation IDs: "
        "{items}.",
        "Evaluate the keys of the target in the code.",
    ),
    IssueKind(
        "CC302",
        "warning",
        "Percentage options depend on another user attribute, which reassigns "
        "users: {items}.",
        "Keep the attribute of the target if users should keep their values.",
    ),
    IssueKind(
        "CC303",
        "warning",
        "Percentage options have a different order, which reassigns users: {items}.",
        "Keep the order of the target if users should keep their values.",
    ),
    IssueKind(
        "CC304",
        "warning",
        "Keys change. Percentage splits reassign users, and analytics receive "
        "other variation IDs: {items}.",
        "Keep the keys if users should keep their values.",
    ),
    IssueKind(
        "CC305",
        "warning",
        "Selected settings depend on these, which are not selected and differ in the "
        "target, so users of the target may get different values: {items}.",
        "If users should get the same values, plan with dependencies "
        "(--with-dependencies), or select these as well.",
    ),
    IssueKind(
        "CC306",
        "warning",
        "Targeting rules have fields that this version does not know. The plan writes "
        "the rules without them, so users may get different values: {items}.",
        "Use a newer configcat-mgmt, or leave out the settings with such rules.",
    ),
    # Copying: conflicts and deletions.
    IssueKind(
        "CC401",
        "blocker",
        "These exist in the target and differ in {fields}: {items}.",
        "Overwrite or skip existing entities (--on-conflict), or leave these out "
        "(--exclude).",
    ),
    IssueKind(
        "CC402",
        "note",
        "These exist in the target and stay as they are, though they differ in "
        "{fields}: {items}.",
        "Choose to overwrite existing entities to make them equal to the source.",
    ),
    IssueKind(
        "CC403",
        "blocker",
        "The plan deletes {deletes} entities, counting their contents; at most "
        "{allowed} are allowed.",
        "Review the deletions. If they are intended, allow more with `max_deletes` "
        "(--max-deletes).",
    ),
    IssueKind(
        "CC404",
        "note",
        "Only the target has these, and they stay: {items}.",
        "Include deletions (--delete) to remove them.",
    ),
    IssueKind(
        "CC405",
        "blocker",
        "Deletions were requested, but the snapshot is partial, so the plan would "
        "delete entities that could not be read.",
        "Take the snapshot again with full access, or plan without deletions.",
    ),
    IssueKind(
        "CC406",
        "warning",
        "The deletion also removes the contents: {items}.",
        "Make sure that nothing uses them anymore.",
    ),
    IssueKind(
        "CC407",
        "blocker",
        "It cannot be deleted, because entities that stay in the target depend on "
        "it: {items}.",
        "Change these in the target first, or plan without deletions.",
    ),
    IssueKind(
        "CC408",
        "blocker",
        "These integrations would apply to everything, because everything that "
        "limits them is deleted: {items}.",
        "Change or delete these integrations first.",
    ),
    IssueKind(
        "CC409",
        "warning",
        "Members may belong to permission groups that are deleted: {items}.",
        "Move the members to other groups first.",
    ),
    IssueKind(
        "CC410",
        "warning",
        "Several entities have the same natural key, so the plan changes none of "
        "them: {items}.",
        "Remove the duplicates by hand.",
    ),
    # Promoting values between environments.
    IssueKind(
        "CC501",
        "warning",
        "The values to promote could not be read, so these settings are left out: "
        "{items}.",
        "Read them with credentials that have access.",
    ),
    IssueKind(
        "CC502",
        "warning",
        "Settings depend on others that are not promoted and differ from the source,"
        " so users may get values that differ from the source: {items}.",
        "If users should get the same values, promote with dependencies "
        "(--with-dependencies), or select the others as well.",
    ),
    IssueKind(
        "CC503",
        "note",
        "Selected settings depend on others that differ from the source, so these are "
        "promoted as well: {items}.",
        "Ignore this, or promote without dependencies.",
    ),
    IssueKind(
        "CC504",
        "note",
        "These permission groups get the access that they have to new environments, "
        "which differs from the one to the copied environment: {items}.",
        "Change the access of the groups in the dashboard if it should be the same.",
    ),
    # Bulk edits.
    IssueKind(
        "CC521",
        "blocker",
        "The values have another type than these settings: {items}.",
        "Select settings of one type, or give values of that type.",
    ),
    IssueKind(
        "CC522",
        "blocker",
        "The values are not among the predefined variations of these settings: "
        "{items}.",
        "Add the variations first, or leave these settings out.",
    ),
    IssueKind(
        "CC523",
        "blocker",
        "The rules are of the other evaluation version than the config of these "
        "settings: {items}.",
        "Give `RuleV1` for version 1 and `Rule` for version 2, and select configs of"
        " one version at a time.",
    ),
    IssueKind(
        "CC524",
        "blocker",
        "A name must have 1 to 255 characters, but these would not: {items}.",
        "Choose other names, or leave these settings out.",
    ),
    IssueKind(
        "CC525",
        "blocker",
        "A hint has at most 1,000 characters, but these would have more: {items}.",
        "Choose shorter hints, or leave these settings out.",
    ),
    IssueKind(
        "CC526",
        "warning",
        "The product does not have these tags, so they cannot be removed: {items}.",
        "Check the spelling of the tags.",
    ),
    IssueKind(
        "CC527",
        "warning",
        "These placeholders are unknown and kept as they are: {items}.",
        "Put name or key in braces, and in hints also hint.",
    ),
    IssueKind(
        "CC528",
        "blocker",
        "The tags of the product could not be read, so the plan might create these a"
        " second time: {items}.",
        "Read the tags with credentials that have access.",
    ),
    # Converting a config to evaluation version 2.
    IssueKind(
        "CC541",
        "blocker",
        "Rules cannot be translated ({reason}): {items}.",
        "Correct or delete these rules in the old config, and plan again.",
    ),
    IssueKind(
        "CC542",
        "warning",
        "Rules are left out, because their comparison value is not a number and SDKs"
        " skip them: {items}.",
        "Correct the numbers in the old config and plan again, if the rules should "
        "apply.",
    ),
    IssueKind(
        "CC543",
        "warning",
        "Rules are left out, because their comparison value is empty and they apply "
        "to nobody: {items}.",
        "Fill in the comparison values in the old config and plan again, if the "
        "rules should apply.",
    ),
    IssueKind(
        "CC544",
        "warning",
        "Rules compare with a text that is not a semantic version, so SDKs skip "
        "them. They are kept, and the service may refuse them: {items}.",
        "Correct the versions in the old config and plan again, or delete the rules.",
    ),
    IssueKind(
        "CC545",
        "blocker",
        "Part of the old config is missing from the snapshot, so the new one would "
        "serve other values: {items}.",
        "Take a snapshot of the whole config with credentials that may read it.",
    ),
    IssueKind(
        "CC546",
        "note",
        "Percentage splits keep their users and analytics receive the same variation"
        " IDs, because neither keys nor values change: {items}.",
        "Keep keys, values and the order of percentage options in the new config.",
    ),
    IssueKind(
        "CC547",
        "note",
        "The old config stays as it is. Later changes to one config do not reach the"
        " other, and the dashboard does not show that they belong together.",
        "Move applications to the new SDK keys soon, with SDKs that support configs "
        "of version 2. Delete the old config once nothing reads it anymore.",
    ),
    # Cleaning up stale flags.
    IssueKind(
        "CC561",
        "note",
        "These are kept, because they are stale in some environments only, and a "
        "deletion removes them from all: {items}.",
        "Exclude the other environments from the selection, or tag instead.",
    ),
    IssueKind(
        "CC562",
        "warning",
        "These are kept, because code refers to them: {items}.",
        "Remove them from the code and scan it again, or set `allow_code_references` "
        "(--allow-code-references) if the references are outdated.",
    ),
    IssueKind(
        "CC563",
        "warning",
        "These are kept, because their code references could not be read: {items}.",
        "Grant the credentials access and look for stale flags again, or set "
        "`allow_code_references` (--allow-code-references).",
    ),
    IssueKind(
        "CC564",
        "warning",
        "These are kept, because settings that are not deleted depend on them: "
        "{items}.",
        "Remove the conditions on them from those settings first.",
    ),
    IssueKind(
        "CC565",
        "warning",
        "These are deleted although code refers to them, or may do so: {items}.",
        "Make sure that the code is unused, or serves the right value without them.",
    ),
    # Restoring a snapshot.
    IssueKind(
        "CC581",
        "warning",
        "These were renamed since the snapshot. Their contents are restored, and "
        "they keep their present names: {items}.",
        "Rename them by hand if they should have their old names.",
    ),
    IssueKind(
        "CC582",
        "note",
        "Deleted entities are created again under new IDs: {items}.",
        "Update everything that refers to the old IDs, such as scripts and Terraform"
        " states.",
    ),
    IssueKind(
        "CC583",
        "warning",
        "The organization has products of these names, so they are skipped: {items}.",
        "Restore them one by one (configcat-mgmt restore FILE --into PRODUCT), or "
        "rename the products of the organization.",
    ),
    IssueKind(
        "CC584",
        "note",
        "The backup has proxy profiles, which are not created: {items}.",
        "Create them with --proxy-profiles, or in the dashboard.",
    ),
    IssueKind(
        "CC585",
        "warning",
        "The organization has proxy profiles of these names with other content, so "
        "they are left alone: {items}.",
        "Compare them with the backup, and change them in the dashboard.",
    ),
    IssueKind(
        "CC586",
        "warning",
        "These proxy profiles select SDK keys of products that were not restored, so "
        "they are not created: {items}.",
        "Restore these products as well, or create the profiles in the dashboard.",
    ),
    IssueKind(
        "CC587",
        "note",
        "These proxy profiles are new, and so are their secrets and signing keys: "
        "{items}.",
        "Generate the secret of each profile (generate-proxy-profile-secret), and set "
        "up the proxies with it.",
    ),
    # Change requests.
    IssueKind(
        "CC701",
        "note",
        "Open change requests of the source propose other values of these settings. "
        "They stay behind: {items}.",
        "Apply or close the change requests first, or repeat the job once they are "
        "applied (`configcat-mgmt requests PRODUCT` lists them).",
    ),
    IssueKind(
        "CC702",
        "warning",
        "Open change requests of the target propose values of these settings. They get "
        "a conflict as soon as the planned values are published: {items}.",
        "Apply or close the change requests first, or resolve their conflicts "
        "afterwards (`configcat-mgmt requests PRODUCT` lists them).",
    ),
    IssueKind(
        "CC703",
        "note",
        "The target requires approval, so the plan proposes the values in change "
        "requests and publishes nothing there: {items}.",
        "Ask somebody else to approve the change requests. The service applies those "
        "with a time (--at); the job applies the others if it waits (--wait).",
    ),
    IssueKind(
        "CC704",
        "warning",
        "The target requires approval, so the plan leaves these values out: {items}.",
        "Plan again with --approval request to propose them in change requests.",
    ),
    IssueKind(
        "CC705",
        "blocker",
        "Only values of V2 configs that require approval can be scheduled. Values here "
        "would change at once: {items}.",
        "Leave out --at, leave these out (--exclude), or require approval for them in "
        "the preferences of the product.",
    ),
    IssueKind(
        "CC706",
        "note",
        "Open change requests of {product} propose other values of these settings, "
        "which may change soon: {items}.",
        "Apply or close the change requests first, or repeat the command once they are "
        "applied (`configcat-mgmt requests PRODUCT` lists them).",
    ),
    IssueKind(
        "CC711",
        "warning",
        "Change request {items} was closed by {who}, so its values are not published.",
        "Plan again (--start-over) to propose the values once more.",
    ),
    IssueKind(
        "CC712",
        "note",
        "Change request {items} was applied by {who}.",
        "Nothing is left to do.",
    ),
    IssueKind(
        "CC713",
        "warning",
        "Change request {number} has a conflict, because somebody published other "
        "values of these settings: {items}.",
        "Resolve the conflict in the dashboard and run the same command again, or "
        "close the change request and plan again (--start-over).",
    ),
    IssueKind(
        "CC714",
        "warning",
        "The owner of change request {items} no longer exists or lost the permission "
        "to publish ({reason}).",
        "Claim its ownership in the dashboard, or restore the permission, and run the "
        "same command again.",
    ),
    IssueKind(
        "CC715",
        "warning",
        "Change request {items} no longer exists. Its environment or config was "
        "deleted, or the credentials lost access.",
        "Plan again without this environment (--start-over), or restore the access.",
    ),
    IssueKind(
        "CC716",
        "warning",
        "Change request {items} needs attention ({reason}).",
        "Settle it in the dashboard and run the same command again.",
    ),
    IssueKind(
        "CC717",
        "warning",
        "The service did not apply change request {items}: {reason}.",
        "Grant the credentials the permission, or have somebody else apply the change "
        "request, and run the same command again.",
    ),
)

ISSUE_KINDS: Final[Mapping[str, IssueKind]] = {
    kind.code: kind for kind in (*_KINDS, *LAUNCHDARKLY_KINDS)
}
"""Every kind of issue by its code."""

ISSUE_SUBJECTS: Final[Mapping[str, str]] = {
    "CC1": "Entities that are not carried over",
    "CC2": "Entities that the target cannot accept",
    "CC3": "Users who are served another value",
    "CC4": "Conflicts and deletions",
    "CC50": "Promotions and cloned environments",
    "CC52": "Edits",
    "CC54": "Conversions",
    "CC56": "Cleanups",
    "CC58": "Restores",
    "CC6": "Imports from LaunchDarkly: causes that the dashboard does not report",
    "CC7": "Change requests",
    "L0": "Imports from LaunchDarkly: limits",
    "T0": "Imports from LaunchDarkly: translations",
    "D0": "Imports from LaunchDarkly: data",
}
"""Subject of an issue, by the start of its code."""
