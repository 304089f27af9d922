"""The figures of `python -m benchmarks`, as a Markdown table and as lines of JSON."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from statistics import median
from typing import Final, Literal

from attrs import asdict, evolve, frozen

from benchmarks.timing import MIB

__all__ = ["Figure", "Unit", "compare", "json_lines", "table"]

Unit = Literal["seconds", "per second", "bytes"]
HEAD: Final = ("figure", "candidate", "ratio", "lowest to highest", "median", "note")


@frozen
class Figure:
    """A line of the table."""

    row: str
    """The name of the row, as `--only` takes it."""
    figure: str
    """The quantity that was measured."""
    candidate: str
    base: str
    """The candidate or quantity that the ratio is one to."""
    unit: Unit
    median: float | None = None
    ratio: float | None = None
    """The median over the rounds; None if this or the base could not be measured."""
    lowest: float | None = None
    highest: float | None = None
    note: str = ""


def compare(
    what: Figure,
    amounts: Mapping[str, Sequence[float]],
    notes: Mapping[str, str],
) -> Iterator[Figure]:
    """Give a figure for each candidate that has amounts or a note.

    Args:
        what: The figure, yet without amounts; its base is the candidate with which the
            others are compared, round by round.
        amounts: The amounts of each candidate, in the order of the rounds.
        notes: Remarks by candidate, such as why it has no amounts.
    """
    bases = amounts.get(what.base)
    for name in dict.fromkeys([*amounts, *notes]):
        found = evolve(what, candidate=name, note=notes.get(name, ""))
        if mine := amounts.get(name):
            found = evolve(found, median=median(mine))
            if bases:
                ratios = [one / its for one, its in zip(mine, bases, strict=True)]
                found = evolve(
                    found, ratio=median(ratios), lowest=min(ratios), highest=max(ratios)
                )
        yield found


def table(figures: Iterable[Figure]) -> Iterator[str]:
    """Give the lines of a Markdown table."""
    yield f"| {' | '.join(HEAD)} |"
    yield f"|{' --- |' * len(HEAD)}"
    above: tuple[str, str] | None = None
    for each in figures:
        kind = each.figure, each.base
        cells = (
            f"{each.figure}, x {each.base}" if kind != above else "",
            each.candidate,
            _number(each.ratio),
            _spread(each),
            "" if each.median is None else _amount(each.median, each.unit),
            each.note.replace("|", "/"),
        )
        above = kind
        yield f"| {' | '.join(cells)} |"


def json_lines(
    figures: Iterable[Figure], circumstances: Mapping[str, object]
) -> Iterator[str]:
    """Give a line with the circumstances, such as versions, then each figure."""
    yield json.dumps(circumstances)
    for each in figures:
        yield json.dumps(asdict(each))


def _spread(figure: Figure) -> str:
    if figure.lowest is None or figure.lowest == figure.highest:
        return ""
    return f"{_number(figure.lowest)} to {_number(figure.highest)}"


def _number(ratio: float | None) -> str:
    return "" if ratio is None else f"{ratio:.2f}"


def _amount(amount: float, unit: Unit) -> str:
    if unit == "bytes":
        return f"{amount / MIB:.1f} MiB"
    if unit == "per second":
        return f"{amount:,.0f} / s"
    for factor, name in ((1, "s"), (1e3, "ms")):
        if amount * factor >= 1:
            return f"{amount * factor:.1f} {name}"
    return f"{amount * 1e6:.0f} µs"
