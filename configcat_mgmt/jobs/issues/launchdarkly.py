"""The issues of imports from LaunchDarkly.

The codes L, T and D are those of ConfigCat's importer in the dashboard; CC6xx are
causes that it does not report. Source:
https://configcat.com/docs/advanced/migration-from-launchdarkly-translation/.
"""

from typing import Final

from configcat_mgmt.jobs.issues.kind import IssueKind

LAUNCHDARKLY_KINDS: Final = (
    # Limits of the subscription.
    IssueKind(
        "L001",
        "blocker",
        "More targeting rules are needed than the subscription allows ({limit}), also "
        "after equal rules were merged and alternatives moved to settings of their "
        "own: {items}.",
        "Simplify the rules in LaunchDarkly, or upgrade the subscription.",
        "The rules are kept, so the service refuses the value.",
    ),
    IssueKind(
        "L002",
        "note",
        "Rules have more conditions than the subscription allows ({limit}): {items}.",
        "Nothing; the result is the same.",
        "Some of the conditions become a setting of their own, which the rule "
        "requires.",
    ),
    IssueKind(
        "L003",
        "blocker",
        "A split has more percentage options than the subscription allows ({limit}): "
        "{items}.",
        "Use fewer variations in the rollout, or upgrade the subscription.",
        "The options are kept, so the service refuses the value.",
    ),
    IssueKind(
        "L004",
        "blocker",
        "A comparison text is longer than {limit} characters: {items}.",
        "Shorten the text in LaunchDarkly.",
        "The test never matches.",
    ),
    IssueKind(
        "L005",
        "note",
        "Lists have more than {limit} items: {items}.",
        "Nothing; the result is the same.",
        "The lists are split over several rules or conditions.",
    ),
    IssueKind(
        "L006",
        "blocker",
        "Items of a list to search for are longer than {limit} characters: {items}.",
        "Shorten the items in LaunchDarkly.",
        "The items never match. Items to be equal to become rules of their own, "
        "without an issue.",
    ),
    IssueKind(
        "L007",
        "blocker",
        "Values are longer than {limit} characters: {items}.",
        "Shorten the values, or leave the flags out.",
        "The values are kept, so the service refuses them.",
    ),
    # Flags.
    IssueKind(
        "T001",
        "note",
        "Names occur twice or are longer than 255 characters: {items}.",
        "Rename them afterwards if you like.",
        "The key is added to the name, and a name that is too long is cut.",
    ),
    IssueKind(
        "T002",
        "warning",
        "These keys change, because ConfigCat does not allow them, or has another key "
        "that differs in case only: {items}.",
        "Evaluate the new keys in the code; keys.json in the folder of the job has "
        "all of them.",
        "Other characters become `_`, a key that does not start with a letter gets "
        "the prefix `x_`, and a key that is taken gets a number.",
    ),
    IssueKind(
        "T003",
        "note",
        "Tags are longer than 255 characters: {items}.",
        "Rename them afterwards if you like.",
        "The tags are cut and end in a hash.",
    ),
    IssueKind(
        "T004",
        "note",
        "These flags serve JSON: {items}.",
        "Parse the text that these settings serve.",
        "They become text settings with the JSON in canonical form.",
    ),
    IssueKind(
        "T005",
        "warning",
        "Names of attributes are longer than 1,000 characters: {items}.",
        "Send the attributes under the names in the table of user attributes.",
        "The names are cut and end in a hash.",
    ),
    IssueKind(
        "T006",
        "blocker",
        "The off variation is missing in {items}. LaunchDarkly then serves the default "
        "of the caller, and flags that require this one fail.",
        "Say which value to serve (--off-variation FLAG=JSON), or set an off "
        "variation in LaunchDarkly.",
        "A boolean flag serves false. Any other flag serves the off variation of new "
        "environments, or its last variation if it has none.",
    ),
    IssueKind(
        "T007",
        "note",
        "Targeting is off, or a prerequisite is off, for {items}.",
        "Import with --toggle emulate to keep the rules.",
        "The off variation is imported, and no rules.",
    ),
    IssueKind(
        "T008",
        "warning",
        "Targeting is off for {items}.",
        "Import with --toggle respect or emulate to serve the same values.",
        "The rules are imported as if it were on.",
    ),
    # Rules.
    IssueKind(
        "T009",
        "blocker",
        "A clause excludes several segments, or segments that cannot be segments in "
        "ConfigCat: {items}.",
        "Import with --segments auto or helper, which is exact.",
        "The clause never matches.",
    ),
    IssueKind(
        "T010",
        "blocker",
        "A segment depends on another segment: {items}.",
        "Import with --segments auto or helper, which is exact.",
        "Conditions on the segment never match.",
    ),
    IssueKind(
        "T011",
        "blocker",
        "ConfigCat has no test like {items}.",
        "Change the rule in LaunchDarkly: use starts with, ends with, contains or a "
        "list of values.",
        "The clause never matches, also if it is negated.",
    ),
    IssueKind(
        "T012",
        "note",
        "Some clauses became several rules or conditions, in {items}.",
        "Nothing; the result is the same.",
        "Each alternative is a rule of its own, or a rule of a setting of its own.",
    ),
    IssueKind(
        "T013",
        "blocker",
        "A segment looks for several texts: {items}.",
        "Import with --segments auto or helper, which is exact.",
        "Conditions on the segment never match.",
    ),
    IssueKind(
        "T014",
        "note",
        "Some clauses compare an order with several values, such as less than 3 or 5, "
        "in {items}.",
        "Nothing; the result is the same.",
        "The largest or smallest value decides, so the others are left out.",
    ),
    IssueKind(
        "T015",
        "warning",
        "Some rules test the kind of the context, in {items}.",
        "Send the attribute `/kind`: a list of the kinds of the context.",
        "The test is an ARRAY CONTAINS on the attribute `/kind`.",
    ),
    IssueKind(
        "T016",
        "warning",
        "Rules test attributes that LaunchDarkly's SDKs collect themselves: {items}.",
        "Send these attributes too; the table of user attributes has their names.",
        "The tests are translated like all others.",
    ),
    IssueKind(
        "T017",
        "warning",
        "Some rules test whether numbers, truth values or other types are equal, in "
        "{items}.",
        "Send numbers as numbers and truth values as booleans or `true` and `false`.",
        "They are compared as texts, fractions as numbers. A text that looks the same "
        "counts as equal.",
    ),
    IssueKind(
        "T018",
        "note",
        "Variations with 0% are left out, to stay within the limit of percentage "
        "options: {items}.",
        "Nothing; nobody is served them.",
    ),
    IssueKind(
        "T019",
        "warning",
        "These rollouts have fractions of a percent: {items}.",
        "Use whole percentages, or import with --exact-percentages.",
        "They are rounded so that they add up to 100, by the largest remainder.",
    ),
    IssueKind(
        "T020",
        "note",
        "The rollouts of these flags split by different attributes: {items}.",
        "Nothing; the shares are the same.",
        "Rollouts by another attribute than the most frequent one become settings of "
        "their own.",
    ),
    # Segments.
    IssueKind(
        "T021",
        "blocker",
        "A segment has neither keys nor rules: {items}.",
        "Import with --segments auto or helper, which is exact.",
        "Conditions on the segment never match.",
    ),
    IssueKind(
        "T022",
        "blocker",
        "A segment has several rules or lists of keys: {items}.",
        "Import with --segments auto or helper, which is exact.",
        "Conditions on the segment never match.",
    ),
    IssueKind(
        "T023",
        "blocker",
        "A rule of a segment has several clauses, or none: {items}.",
        "Import with --segments auto or helper, which is exact.",
        "Conditions on the segment never match.",
    ),
    IssueKind(
        "T024",
        "blocker",
        "A rule of a segment takes a share only: {items}.",
        "Import with --segments auto or helper, which is exact.",
        "Conditions on the segment never match.",
    ),
    IssueKind(
        "T025",
        "blocker",
        "A rule of a segment would need several rules: {items}.",
        "Import with --segments auto or helper, which is exact.",
        "Conditions on the segment never match.",
    ),
    IssueKind(
        "T026",
        "blocker",
        "The API of LaunchDarkly does not show the keys of a big segment: {items}.",
        "Replace the segment by rules or by a list of keys before the import.",
        "Conditions on the segment never match.",
    ),
    IssueKind(
        "T027",
        "blocker",
        "A segment compares with texts that have commas or outer spaces: {items}.",
        "Import with --segments auto or helper, which is exact.",
        "Conditions on the segment never match.",
    ),
    # Values.
    IssueKind(
        "T028",
        "blocker",
        "ConfigCat refuses an empty text as a value: {items}.",
        "Use another value in LaunchDarkly and in the code first.",
        "The text `(empty)` takes its place everywhere.",
    ),
    IssueKind(
        "T029",
        "note",
        "Names of variations occur twice or are longer than 255 characters: {items}.",
        "Rename them afterwards if you like.",
        "A number is added, and a name that is too long is cut.",
    ),
    # Data.
    IssueKind(
        "D001",
        "blocker",
        "The data is invalid, because {reason}: {items}.",
        "Correct it in LaunchDarkly and export it again.",
        "{action}",
    ),
    IssueKind(
        "D002",
        "warning",
        "Flags changed while they were read, also when they were read again: {items}.",
        "Import again when nobody edits them.",
        "The last version that was read is imported.",
    ),
    # Causes that the dashboard does not report.
    IssueKind(
        "CC601",
        "warning",
        "ConfigCat and LaunchDarkly hash differently, so these rollouts assign people "
        "anew: {items}.",
        "Expect the same shares, but other people in them.",
    ),
    IssueKind(
        "CC602",
        "warning",
        "An experiment or a guarded rollout changes these weights automatically: "
        "{items}.",
        "End it first, or adjust the percentages afterwards.",
        "The present weights are imported.",
    ),
    IssueKind(
        "CC603",
        "note",
        "Some rules are disabled, in {items}.",
        "Nothing; the result is the same.",
        "They are left out.",
    ),
    IssueKind(
        "CC604",
        "note",
        "A rule without clauses takes everybody: {items}.",
        "Check whether the rules behind it were meant to apply.",
        "The rules behind it are left out.",
    ),
    IssueKind(
        "CC605",
        "warning",
        "Some rules compare these attributes as dates: {items}.",
        "Send these attributes as Unix seconds, as numbers.",
        "Milliseconds and RFC 3339 texts in the rules become seconds.",
    ),
    IssueKind(
        "CC606",
        "warning",
        "Some rules test `anonymous`, which LaunchDarkly's SDKs always send, in "
        "{items}.",
        "Send the attribute always, also if it is false.",
    ),
    IssueKind(
        "CC607",
        "warning",
        "These flags are for servers only, and clients will receive them as well: "
        "{items}.",
        "Import with --server-config to give them a config of their own.",
        "They are in the same config as the others.",
    ),
    IssueKind(
        "CC608",
        "blocker",
        "ConfigCat tests the items of a list attribute, and has no test like {items}.",
        "Change the rule in LaunchDarkly, or do not declare the attribute as a list "
        "(--list-attribute, --find-list-attributes).",
        "The clause never matches, also if it is negated.",
    ),
    IssueKind(
        "CC609",
        "note",
        "Archived flags are imported, because others depend on them: {items}.",
        "Remove the prerequisites in LaunchDarkly to leave them out.",
    ),
    IssueKind(
        "CC610",
        "blocker",
        "Some rules compare the attribute as a date and others in another way, but an "
        "application can send only one form: {items}.",
        "Use two attributes in LaunchDarkly.",
        "The attribute is in seconds for all rules.",
    ),
    IssueKind(
        "CC611",
        "blocker",
        "Different attributes would have one name: {items}.",
        "Rename one of them in LaunchDarkly.",
        "They are compared as if they were one.",
    ),
    IssueKind(
        "CC612",
        "note",
        "Descriptions are longer than 1,000 characters: {items}.",
        "Keep the rest elsewhere.",
        "They are cut and end in `…`.",
    ),
    IssueKind(
        "CC613",
        "note",
        "Empty texts in clauses are left out, because an empty attribute counts as "
        "missing in ConfigCat: {items}.",
        "Nothing, if no attribute is an empty text.",
    ),
    IssueKind(
        "CC614",
        "blocker",
        "A condition that somebody is not in a segment does not hold in ConfigCat for "
        "those without the attribute: {items}.",
        "Import with --segments auto or helper, which is exact.",
        "The condition is imported nevertheless.",
    ),
    IssueKind(
        "CC615",
        "note",
        "These parts of flags have no counterpart and are not imported: {items}.",
        "See https://configcat.com/docs for the features that replace them.",
    ),
    IssueKind(
        "CC616",
        "note",
        "Some rules test these attributes, in which LaunchDarkly has seen lists: "
        "{items}.",
        "Name further attributes that hold lists with --list-attribute.",
        "The rules test the items of the lists.",
    ),
    IssueKind(
        "CC617",
        "note",
        "LaunchDarkly reports no list in any attribute that rules test.",
        "Name the attributes that hold lists with --list-attribute.",
    ),
    IssueKind(
        "CC618",
        "note",
        "It is not known whether these attributes hold lists, because LaunchDarkly did "
        "not report their values: {items}.",
        "Name those that hold lists with --list-attribute. After a 403, read again "
        "with an access token that may read contexts.",
        "They are imported as attributes without lists unless they are named.",
    ),
    IssueKind(
        "CC619",
        "warning",
        "No rule tests these list attributes, so naming them changes nothing: {items}.",
        "Check how they are spelled in LaunchDarkly: KIND.NAME, such as user.groups.",
    ),
)
