"""`configcat-mgmt explain`: the cause and remedy of an issue or an error."""

import re
from collections.abc import Iterable, Iterator, Sequence
from difflib import get_close_matches
from inspect import cleandoc
from typing import Final

import click
from rich.console import RenderableType
from rich.table import Table

from configcat_mgmt import errors
from configcat_mgmt.cli.job.options import json_option
from configcat_mgmt.cli.terminal.output import (
    console,
    hanging,
    print_json,
    say,
    styled,
)
from configcat_mgmt.jobs import ISSUE_KINDS, ISSUE_SUBJECTS, IssueKind
from configcat_mgmt.texts import suggestion

_LEFT_OUT: Final = "Python leaves this text out because of -OO or PYTHONOPTIMIZE=2."


@click.command()
@click.argument("name", required=False)
@json_option
def explain(name: str | None, as_json: bool) -> None:
    """Explain NAME, an issue code such as CC206 or an error class such as ApiError.

    Without NAME the command lists all codes and classes. Words in capitals, such as
    ITEMS, are placeholders. No account is needed.
    """
    kinds = {code: kind.for_readers() for code, kind in ISSUE_KINDS.items()}
    classes = {
        one: cleandoc(getattr(errors, one).__doc__ or _LEFT_OUT)
        for one in errors.__all__
    }
    if name is None:
        _list(kinds, classes, as_json)
        return
    names = {known.lower(): known for known in (*kinds, *classes)}
    found = names.get(name.lower())
    if found is None:
        close = [names[one] for one in get_close_matches(name.lower(), names)]
        hint = suggestion(close, "leave it out for all")
        msg = f"{name!r} is neither an issue code nor an error class; {hint}"
        raise click.BadParameter(msg, param_hint="NAME")
    if found in kinds:
        _show_issue(kinds[found], as_json)
    elif as_json:
        print_json({"class": found, "text": classes[found]})
    else:
        say(console(), styled(found, "bold"), *_paragraphs(classes[found]))


def _list(kinds: dict[str, IssueKind], classes: dict[str, str], as_json: bool) -> None:
    if as_json:
        print_json(
            {
                "issues": [_document(kind) for kind in kinds.values()],
                "errors": [
                    {"class": name, "text": text} for name, text in classes.items()
                ],
            }
        )
        return
    out = console()
    for start, subject in ISSUE_SUBJECTS.items():
        rows = [
            (kind.code, kind.severity, kind.cause)
            for code, kind in kinds.items()
            if code.startswith(start)
        ]
        say(out, styled(subject, "bold"), _rows(rows), "")
    say(
        out,
        styled("Error classes", "bold"),
        _rows(
            (name, text.partition("\n\n")[0].replace("\n", " "))
            for name, text in classes.items()
        ),
    )


def _rows(rows: Iterable[Sequence[str]]) -> Table:
    """Return a table without headings, whose last column wraps."""
    made = Table.grid(padding=(0, 2, 0, 0))
    for row in rows:
        made.add_row(*map(styled, row))
    for column in made.columns[:-1]:
        column.no_wrap = True
        column.min_width = len("blocker")
    return made


def _paragraphs(text: str) -> Iterator[RenderableType]:
    """Show a docstring with lines as long as the terminal is wide."""
    text, _, attributes = text.partition("\n\nAttributes:\n")
    for paragraph in text.split("\n\n"):
        yield styled(" ".join(paragraph.splitlines()))
        yield ""
    if attributes:
        yield "Attributes:"
    for attribute in re.split(r"\n(?! {8})", attributes):
        yield hanging("  ", styled(" ".join(attribute.split())))


def _show_issue(kind: IssueKind, as_json: bool) -> None:
    if as_json:
        print_json(_document(kind))
        return
    say(
        console(),
        styled(f"{kind.code} ({kind.severity})", "bold"),
        styled(kind.cause),
        "",
        *([styled(f"{kind.action_label}: {kind.action}")] if kind.action else []),
        styled(f"What to do: {kind.remedy}"),
    )


def _document(kind: IssueKind) -> dict[str, str]:
    return {
        "code": kind.code,
        "severity": kind.severity,
        "cause": kind.cause,
        **({"action": kind.action} if kind.action else {}),
        "remedy": kind.remedy,
    }
