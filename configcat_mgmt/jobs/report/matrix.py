"""The matrix of flags by environments."""

from collections.abc import Iterator, Sequence, Set
from typing import TypeAlias

import attrs

from configcat_mgmt.checked import checked
from configcat_mgmt.jobs.model.references import value_in
from configcat_mgmt.jobs.model.selection import EVERYTHING, Selection
from configcat_mgmt.jobs.model.snapshot import (
    Config,
    Formula,
    PercentageOption,
    Plain,
    Setting,
    SettingInEnvironment,
    Snapshot,
    ValueV1,
)
from configcat_mgmt.jobs.snapshotting.stale import StaleReport
from configcat_mgmt.json_value import JsonValue
from configcat_mgmt.texts import counted

_StaleCells: TypeAlias = Set[tuple[str, str, str]]
"""Casefolded config, setting key and environment of each stale flag."""


@attrs.frozen
class MatrixCell:
    """A setting in an environment."""

    default: Plain
    """The value served when no rule matches."""
    rules: int = 0
    """Number of targeting rules with conditions."""
    split: tuple[PercentageOption, ...] = ()
    """Percentage options for all users that no rule matches."""
    is_stale: bool = False
    differs: bool = False
    """Whether more than half of the environments of the row have the same targeting,
    and this one has another."""

    def to_json(self) -> dict[str, JsonValue]:
        """Return everything as plain JSON data."""
        return {
            "default": self.default,
            "rules": self.rules,
            "split": [
                {"percentage": option.percentage, "value": option.value}
                for option in self.split
            ],
            "stale": self.is_stale,
            "differs": self.differs,
        }


@attrs.frozen
class MatrixRow:
    """A setting in all environments."""

    config: str
    key: str
    name: str
    type: str
    cells: tuple[MatrixCell | None, ...]
    """In the order of `Matrix.environments`; None for unread values."""
    differs: bool = False
    """Whether the setting is not the same in all environments that could be read."""

    @property
    def is_stale(self) -> bool:
        """Whether it is stale in some environment."""
        return any(cell is not None and cell.is_stale for cell in self.cells)


@attrs.frozen
class Matrix:
    """The settings of a product in its environments."""

    environments: tuple[str, ...]
    rows: tuple[MatrixRow, ...]

    def __repr__(self) -> str:
        """Summarize the matrix."""
        places = counted(len(self.environments), "environment")
        return f"<Matrix: {counted(len(self.rows), 'setting')} in {places}>"

    @property
    def is_partial(self) -> bool:
        """Whether some cell could not be read."""
        return any(None in row.cells for row in self.rows)

    def to_json(self) -> dict[str, JsonValue]:
        """Return everything as plain JSON data; values by environment name."""
        return {
            "environments": list(self.environments),
            "settings": [
                {
                    "config": row.config,
                    "key": row.key,
                    "name": row.name,
                    "type": row.type,
                    "values": {
                        environment: None if cell is None else cell.to_json()
                        for environment, cell in zip(
                            self.environments, row.cells, strict=True
                        )
                    },
                }
                for row in self.rows
            ],
        }


@checked
def matrix_of(
    snapshot: Snapshot,
    selection: Selection = EVERYTHING,
    stale: StaleReport | None = None,
) -> Matrix:
    """Show the value of each setting in each environment.

    Args:
        snapshot: The product.
        selection: Which configs, settings and environments to show.
        stale: The stale flag report, to mark stale flags.

    Returns:
        Rows and environments in the order of the snapshot.
    """
    environments = tuple(
        environment.name
        for environment in snapshot.environments
        if selection.takes_environment(environment.name)
    )
    cells = _stale_cells(stale)
    rows = (
        _row(config, setting, environments, cells)
        for config, setting in selection.settings_of(snapshot)
    )
    return Matrix(environments, tuple(rows))


def _stale_cells(report: StaleReport | None) -> _StaleCells:
    flags = () if report is None else report.flags
    return {
        (flag.config.casefold(), flag.key.casefold(), place.environment.casefold())
        for flag in flags
        for place in flag.stale_in
    }


def _row(
    config: Config,
    setting: Setting,
    environments: tuple[str, ...],
    stale: _StaleCells,
) -> MatrixRow:
    values = [value_in(setting, environment) for environment in environments]
    known = [value.targeting for value in values if value is not None]
    usual = _majority(known)
    place = (config.name.casefold(), setting.key.casefold())
    cells = (
        None
        if value is None
        else _cell(
            value,
            is_stale=bool(stale) and (*place, environment.casefold()) in stale,
            differs=usual is not None and value.targeting != usual,
        )
        for environment, value in zip(environments, values, strict=True)
    )
    return MatrixRow(
        config.name,
        setting.key,
        setting.name,
        setting.type,
        tuple(cells),
        differs=any(one != known[0] for one in known),
    )


def _majority(targetings: Sequence[Formula | ValueV1]) -> Formula | ValueV1 | None:
    """Return the targeting of more than half of the environments; None without one.

    Of two environments that differ, neither is the odd one.
    """
    left = list(targetings)
    # Few differ, so this is faster than hashing all of them.
    while 2 * len(left) > len(targetings):
        others = [one for one in left if one != left[0]]
        if 2 * (len(left) - len(others)) > len(targetings):
            return left[0]
        left = others
    return None


def _cell(value: SettingInEnvironment, *, is_stale: bool, differs: bool) -> MatrixCell:
    targeting = value.targeting
    return MatrixCell(
        default=targeting.default,
        rules=_rules(targeting),
        split=next(_splits(targeting), ()),
        is_stale=is_stale,
        differs=differs,
    )


def _rules(targeting: Formula | ValueV1) -> int:
    if isinstance(targeting, ValueV1):
        return len(targeting.rules)
    return sum(bool(rule.conditions) for rule in targeting.rules)


def _splits(targeting: Formula | ValueV1) -> Iterator[tuple[PercentageOption, ...]]:
    """Return the percentage options without conditions."""
    if isinstance(targeting, ValueV1):
        yield targeting.percentage_options
        return
    for rule in targeting.rules:
        if not rule.conditions:
            yield rule.percentage_options
