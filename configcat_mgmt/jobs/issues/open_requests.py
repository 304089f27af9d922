"""Names the values of a product that open change requests may change soon."""

from collections.abc import Collection

from configcat_mgmt.checked import checked
from configcat_mgmt.jobs.issues.collecting import IssueList
from configcat_mgmt.jobs.model.plan import Issue
from configcat_mgmt.jobs.model.selection import EVERYTHING, Selection
from configcat_mgmt.jobs.model.snapshot import Snapshot


@checked
def open_requests(
    snapshot: Snapshot,
    selection: Selection = EVERYTHING,
    *,
    environments: Collection[str] | None = None,
) -> tuple[Issue, ...]:
    """Name the values that open change requests may change soon.

    Args:
        snapshot: A product as it is now.
        selection: The configs, settings and environments that matter.
        environments: Names of environments, in any case, that matter; None for all.

    Returns:
        An issue `CC706` for each config and environment with such values.
    """
    issues = IssueList()
    note_open_requests(issues, snapshot, selection, environments)
    return issues.issues()


def note_open_requests(
    issues: IssueList,
    snapshot: Snapshot,
    selection: Selection,
    environments: Collection[str] | None = None,
) -> None:
    """Note the values that open change requests may change soon; see `open_requests`.

    Values of which `issues` says already that their requests get a conflict are left
    out.
    """
    if not selection.takes("values"):
        return
    folded = {name.casefold() for name in environments or ()}
    for config, setting in selection.settings_of(snapshot):
        for environment, value in setting.values.items():
            where = f"{config.name} in {environment}"
            if (
                value.change_requests
                and selection.takes_environment(environment)
                and (environments is None or environment.casefold() in folded)
                and not issues.has("CC702", where, setting.key)
            ):
                issues.add("CC706", where, setting.key, product=snapshot.name)
