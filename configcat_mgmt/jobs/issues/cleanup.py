"""Issues of cleaning up stale flags: CC561 to CC579."""

from collections.abc import Mapping
from typing import Final

from configcat_mgmt.jobs.issues.kind import IssueKind, issue_table

CLEANUP: Final[Mapping[str, IssueKind]] = issue_table(
    IssueKind(
        "CC561",
        "note",
        "These stay, because they are stale in some environments only, and a deletion "
        "takes them out of all: {items}.",
        "Leave environments that do not count out of the selection, or tag instead.",
    ),
    IssueKind(
        "CC562",
        "warning",
        "These stay, because code refers to them: {items}.",
        "Take them out of the code and scan it again, or set `allow_code_references` "
        "if the references are outdated.",
    ),
    IssueKind(
        "CC563",
        "warning",
        "These stay, because their code references could not be read: {items}.",
        "Give the credentials access and look for stale flags again, or set "
        "`allow_code_references`.",
    ),
    IssueKind(
        "CC564",
        "warning",
        "These stay, because settings that are not deleted depend on them: {items}.",
        "Take the conditions on them out of those settings first.",
    ),
    IssueKind(
        "CC565",
        "warning",
        "These are deleted although code refers to them, or may do so: {items}.",
        "Make sure that the code is not in use, or serves the right value without "
        "them.",
    ),
)
