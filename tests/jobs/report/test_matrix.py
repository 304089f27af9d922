"""The matrix of flags by environments, and its JSON."""

import json

from configcat_mgmt import AsyncManagementClient
from configcat_mgmt.jobs.model.selection import Criteria, Selection
from configcat_mgmt.jobs.model.snapshot import (
    Config,
    Environment,
    Formula,
    PercentageOption,
    Rule,
    RuleV1,
    SegmentCondition,
    Setting,
    SettingInEnvironment,
    Snapshot,
    ValueV1,
)
from configcat_mgmt.jobs.report.matrix import MatrixCell, MatrixRow, matrix_of
from configcat_mgmt.jobs.snapshotting.product import take_snapshot
from configcat_mgmt.jobs.snapshotting.stale import StaleFlag, StalePlace, StaleReport
from tests.jobs.report.samples import SOURCE
from tests.jobs.world import World

BETA = SegmentCondition("Beta", "isIn")
SPLIT = (PercentageOption(20, True), PercentageOption(80, False))
ENVIRONMENTS = ("Production", "Staging", "Test", "QA")


def row_of(
    *values: Formula | ValueV1 | None, stale: StaleReport | None = None
) -> MatrixRow:
    """Return the row of a setting with these values, in environments in order."""
    found = {
        name: SettingInEnvironment(value)
        for name, value in zip(ENVIRONMENTS, values, strict=False)
        if value is not None
    }
    one = Setting("flag", "Flag", "boolean", values=found)
    matrix = matrix_of(product(one, environments=len(values)), stale=stale)
    (row,) = matrix.rows
    return row


def product(*settings: Setting, environments: int = 2) -> Snapshot:
    names = ENVIRONMENTS[:environments]
    return Snapshot(
        SOURCE,
        "Shop",
        environments=tuple(Environment(name) for name in names),
        configs=(Config("Main", "v2", settings=settings),),
    )


def test_a_cell_counts_rules_and_shows_the_split() -> None:
    rules = (
        Rule((BETA,), True),
        Rule((BETA,), percentage_options=SPLIT),
        Rule((), percentage_options=SPLIT),
    )
    row = row_of(Formula(False, rules))
    assert row.cells == (MatrixCell(False, rules=2, split=SPLIT),)


def test_values_of_v1_count_alike() -> None:
    old = ValueV1(False, (RuleV1(True, "Email", "isOneOf", "a"),), SPLIT)
    assert row_of(old).cells == (MatrixCell(False, rules=1, split=SPLIT),)


def test_what_differs_is_what_few_environments_have() -> None:
    on, off = Formula(True), Formula(False)
    assert [cell and cell.differs for cell in row_of(on, off, off, off).cells] == [
        True,
        False,
        False,
        False,
    ]
    assert [cell and cell.differs for cell in row_of(off, on).cells] == [False, False]
    assert not row_of(on, on).differs
    assert row_of(on, off).differs


def test_what_could_not_be_read_is_neither_like_nor_unlike() -> None:
    row = row_of(None, Formula(True), Formula(True))
    assert row.cells[0] is None
    assert not row.differs


def test_stale_cells_are_marked_whatever_their_case() -> None:
    flag = StaleFlag(1, "MAIN", "FLAG", (StalePlace("staging", None),), ("Test",))
    report = StaleReport("Shop", 30, "digest", (flag,))
    row = row_of(Formula(True), Formula(True), stale=report)
    assert [cell and cell.is_stale for cell in row.cells] == [False, True]
    assert row.is_stale
    assert not row_of(Formula(True)).is_stale


def test_only_what_is_selected_is_shown() -> None:
    one = Setting("a", "a", "boolean", values={})
    other = Setting("b", "b", "boolean", values={})
    only = Selection(only=Criteria(keys="b", environments="test"))
    matrix = matrix_of(product(one, other, environments=3), only)
    assert matrix.environments == ("Test",)
    assert [(row.key, row.cells) for row in matrix.rows] == [("b", (None,))]
    assert matrix.is_partial


def test_the_json_names_environments_and_keeps_types() -> None:
    values = {
        "Production": SettingInEnvironment(
            Formula(2.0, (Rule((), percentage_options=(PercentageOption(100, 1.0),)),))
        )
    }
    matrix = matrix_of(product(Setting("rate", "Rate", "double", values=values)))
    data = matrix.to_json()
    assert json.loads(json.dumps(data)) == {
        "environments": ["Production", "Staging"],
        "settings": [
            {
                "config": "Main",
                "key": "rate",
                "name": "Rate",
                "type": "double",
                "values": {
                    "Production": {
                        "default": 2.0,
                        "rules": 0,
                        "split": [{"percentage": 100, "value": 1.0}],
                        "stale": False,
                        "differs": False,
                    },
                    "Staging": None,
                },
            }
        ],
    }
    assert '"default": 2.0' in json.dumps(data)


async def test_a_real_product_has_a_row_for_each_setting(
    client: AsyncManagementClient, shop: World
) -> None:
    matrix = matrix_of(await take_snapshot(client, shop.product_id))
    rows = {(row.config, row.key): row for row in matrix.rows}
    assert len(rows) == len(shop.settings)
    assert not matrix.is_partial
    place = matrix.environments.index("Production")
    cell = rows["Main", "newCheckout"].cells[place]
    assert cell == MatrixCell(
        False, rules=3, split=SPLIT, differs=bool(cell and cell.differs)
    )
