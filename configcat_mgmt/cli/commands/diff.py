"""`configcat-mgmt diff`: compare products, snapshots or environments."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import attrs
import click

from configcat_mgmt.cli.job.document import (
    difference_documents,
    field_documents,
    issue_documents,
)
from configcat_mgmt.cli.job.options import json_option
from configcat_mgmt.cli.job.view import changes_view, issues_view, uncompared_view
from configcat_mgmt.cli.options.connection import compared_profile_options
from configcat_mgmt.cli.options.places import html_option, read_places
from configcat_mgmt.cli.options.selection import Choice, selection_options
from configcat_mgmt.cli.terminal.exit_codes import DIFFERENCES, DONE
from configcat_mgmt.cli.terminal.output import console, hanging, print_json, say, styled
from configcat_mgmt.jobs import (
    Difference,
    Page,
    Selection,
    Snapshot,
    UnknownField,
    ValueChange,
    comparison_words,
    differences,
    environment_changes,
    open_requests,
    save_html,
    uncompared_fields,
    value_changes,
)


@attrs.frozen
class _Found:
    title: str
    changes: Sequence[ValueChange]
    """Differences of values, in words."""
    others: Sequence[Difference] | None = None
    """All other differences; None if only values were compared."""
    unknown: Sequence[UnknownField] = ()
    """Fields that were not compared."""

    @property
    def words(self) -> str:
        """The numbers of differences, as on the page."""
        return comparison_words(self.changes, self.others)


@click.command()
@click.argument("before")
@click.argument("after", required=False)
@click.option(
    "--environments",
    nargs=2,
    metavar="BEFORE AFTER",
    help="Compare two environments of one product instead.",
)
@compared_profile_options
@selection_options()
@html_option
@json_option
def diff(
    *,
    before: str,
    after: str | None,
    environments: tuple[str, str] | None,
    from_profile: str,
    to_profile: str,
    choice: Choice,
    html: Path | None,
    as_json: bool,
) -> int:
    """Show the changes from BEFORE to AFTER; exit code 2 if there are any.

    BEFORE and AFTER are products (name or id) or snapshot files. Values appear in the
    words of the dashboard. --environments compares two environments of BEFORE.
    """
    if (after is None) == (environments is None):
        msg = "give a second product or snapshot, or two --environments of the first"
        raise click.UsageError(msg)
    places = [(before, from_profile)]
    if after is not None:
        places.append((after, to_profile))
    snapshots = read_places(*places)
    for snapshot in snapshots:
        choice.require_matches(snapshot)
    labels = [
        f"{snapshot.name} ({place})" if Path(place).is_file() else snapshot.name
        for snapshot, (place, _) in zip(snapshots, places, strict=True)
    ]
    selection = choice.selection()
    found = _compare(snapshots, labels, environments, selection)
    issues = [
        issue
        for snapshot, (place, _) in zip(snapshots, places, strict=True)
        if not Path(place).is_file()
        for issue in open_requests(snapshot, selection, environments=environments)
    ]
    if html is not None:
        page = Page(
            title=found.title,
            generated_at=datetime.now(UTC),
            changes=tuple(found.changes),
            differences=None if found.others is None else tuple(found.others),
            issues=tuple(issues),
        )
        save_html(page, html)
    if as_json:
        print_json(
            {
                "changes": [change.to_json() for change in found.changes],
                "differences": difference_documents(found.others or ()),
                "not_compared": field_documents(found.unknown),
                "issues": issue_documents(issues),
            }
        )
    else:
        say(console(stderr=True), *uncompared_view(found.unknown), *issues_view(issues))
        _show(found, html)
    return DIFFERENCES if found.changes or found.others else DONE


def _compare(
    snapshots: Sequence[Snapshot],
    labels: Sequence[str],
    environments: tuple[str, str] | None,
    selection: Selection,
) -> _Found:
    if environments is not None:
        (snapshot,) = snapshots
        old, new = environments
        changes = [
            attrs.evolve(one, environment=f"{old} → {new}")
            for one in environment_changes(snapshot, new, old, selection)
        ]
        fields = uncompared_fields(snapshot, snapshot, selection)
        return _Found(
            f"{snapshot.name}: from {old} to {new}",
            changes,
            unknown=[field for field in fields if field.entity == "values"],
        )
    before, after = snapshots
    first, second = labels
    others = differences(after, before, selection)
    return _Found(
        f"From {first} to {second}",
        value_changes(before, after, selection),
        [one for one in others if one.entity != "values"],
        uncompared_fields(before, after, selection),
    )


def _show(found: _Found, html: Path | None) -> None:
    out = console()
    out.print(styled(found.title, "bold"))
    say(out, *changes_view(found.changes, len(found.changes)))
    for difference in found.others or ():
        out.print(hanging("  ", styled(difference.as_change())))
    if not (found.changes or found.others):
        out.print(f"{found.words}.", style="bold green")
    else:
        out.print(f"{found.words}.")
    if html is not None:
        out.print(styled(f"Saved to {html}."))
