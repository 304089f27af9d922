"""Commands that only look: matrix and diff."""

from collections.abc import Iterator
from typing import Any

import attrs
import pytest

from configcat_mgmt.core.json_text import dump_json
from configcat_mgmt.emulator import Emulator
from configcat_mgmt.emulator.server import endpoints
from configcat_mgmt.jobs import UnknownField, load_snapshot, save_snapshot
from tests.cli.here import PASSWORD, Here, printed_by
from tests.jobs.shapes import product_named

Json = Any

SHOP = "Northwind Storefront"


@pytest.fixture
def emulator() -> Iterator[Emulator]:
    """An emulator with a product as the demo has it."""
    with Emulator(password=PASSWORD, rate_policy=None) as one:
        one.seed(products=1, flags=8)
        yield one


def test_matrix_shows_every_flag_in_every_environment(here: Here) -> None:
    done = here.run("matrix", SHOP, "--html", "m.html")
    assert done.code == 0, done.err
    printed = printed_by(here, "matrix", SHOP)
    assert printed["environments"] == ["Production", "Staging", "Development"]
    assert len(printed["settings"]) == 8
    page = (here.folder / "m.html").read_text(encoding="utf-8").replace("<wbr>", "")
    for row in printed["settings"]:
        assert row["key"] in done.out
        assert row["key"] in page


def test_matrix_of_a_file_needs_no_account(here: Here) -> None:
    assert here.run("snapshot", SHOP, "-o", "s.json").code == 0
    live = printed_by(here, "matrix", SHOP, "--only", "config=Web shop")
    before = here.emulator.counts.calls.total()
    assert printed_by(here, "matrix", "s.json", "--only", "config=Web shop") == live
    assert here.emulator.counts.calls.total() == before


def test_diff_tells_what_changed_since_a_snapshot(here: Here) -> None:
    assert here.run("snapshot", SHOP, "-o", "s.json").code == 0
    equal = here.run("diff", "s.json", SHOP)
    assert equal.code == 0
    assert "Equal" in equal.out
    row = printed_by(here, "matrix", SHOP)["settings"][0]
    rename = ("--only", f"key={row['key']}", "--name", "Other", "--add-tag", "new")
    assert here.run("edit", SHOP, *rename, "--yes").code == 0
    done = here.run("diff", "s.json", SHOP, "--html", "d.html")
    assert done.code == 2
    assert "tag new: added" in done.out
    assert f"name {row['name']!r} → 'Other'".replace("'", '"') in done.out
    assert "Other" in (here.folder / "d.html").read_text(encoding="utf-8")
    assert "tag new: removed" in here.run("diff", SHOP, "s.json").out


def test_diff_of_two_environments_is_in_the_words_of_the_dashboard(
    here: Here,
) -> None:
    done = here.run("diff", SHOP, "--environments", "Staging", "Production")
    assert done.code == 2
    assert " in Staging → Production" in done.out
    printed = printed_by(
        here, "diff", SHOP, "--environments", "Staging", "Production", code=2
    )
    changes = {(one["config"], one["key"]): one for one in printed["changes"]}
    for row in printed_by(here, "matrix", SHOP)["settings"]:
        before, after = row["values"]["Staging"], row["values"]["Production"]
        change = changes.get((row["config"], row["key"]))
        if {**before, "differs": 0} != {**after, "differs": 0}:
            assert change is not None
            assert len(change["after"]) >= 1 + after["rules"]
    other_way = printed_by(
        here, "diff", SHOP, "--environments", "Production", "Staging", code=2
    )
    assert other_way["changes"][0]["before"] == printed["changes"][0]["after"]


def test_fields_that_this_version_does_not_know_are_named(here: Here) -> None:
    assert here.run("snapshot", SHOP, "-o", "s.json").code == 0
    path = here.folder / "s.json"
    field = UnknownField("tag", "owner")
    snapshot = attrs.evolve(load_snapshot(path), unknown_fields=(field,))
    save_snapshot(snapshot, path)
    for command in ("diff s.json s.json", "verify s.json"):
        done = here.run(*command.split())
        assert done.code == 0, done.text
        assert "does not know these fields of the service: tag owner." in done.err
        printed = printed_by(here, *command.split())
        assert printed["not_compared"] == [{"entity": "tag", "field": "owner"}]
    values = here.run("diff", "s.json", "s.json", "--only", "entity=values")
    assert values.err == ""
    environments = ("--environments", "Staging", "Production")
    assert "owner" not in here.run("diff", "s.json", *environments).err


def test_a_snapshot_names_the_fields_that_it_lacks(
    here: Here, monkeypatch: pytest.MonkeyPatch
) -> None:
    def with_owner(found: Json) -> bytes:
        is_tag = isinstance(found, list) and found and "tagId" in found[0]
        return dump_json([{**one, "owner": 1} for one in found] if is_tag else found)

    monkeypatch.setattr(endpoints, "dump_json", with_owner)
    done = here.run("snapshot", SHOP, "-o", "s.json")
    assert done.code == 0
    assert "so the snapshot lacks them: tag owner." in done.out
    printed = printed_by(here, "snapshot", SHOP, "-o", "s.json")
    assert printed["unknown_fields"] == [{"entity": "tag", "field": "owner"}]


def test_diff_wants_two_things_to_compare(here: Here) -> None:
    for arguments in (
        ("diff", SHOP),
        ("diff", SHOP, SHOP, "--environments", "Staging", "Production"),
        ("diff", SHOP, "--environments", "Staging", "Moon"),
        ("diff", "no such product", SHOP),
        ("matrix", SHOP, "--only", "config=No such"),
    ):
        done = here.run(*arguments)
        assert done.code == 1, arguments
        assert done.err


def test_surplus_objects_of_a_product_do_not_read_as_a_success(here: Here) -> None:
    assert here.run("snapshot", SHOP, "-o", "s.json").code == 0
    product = product_named(here.emulator, SHOP).product_id
    made = '{"name": "new", "color": "panther"}'
    call = ("call", "create-tag", "--product-id", product, "--body", made)
    assert here.run(*call).code == 0
    verified = here.run("verify", "s.json")
    assert verified.code == 2
    assert verified.out == (
        "The target differs: it has all that is wanted, and 1 object more:\n  tag new\n"
    )


def test_a_target_that_differs_does_not_read_as_a_success(here: Here) -> None:
    assert here.run("snapshot", SHOP, "-o", "s.json").code == 0
    next(iter(here.emulator.state.tags.values())).name = "renamed"
    verified = here.run("verify", "s.json")
    assert verified.code == 2
    assert "The target differs: " in verified.out
    assert "Verified" not in verified.out


def test_diff_titles_and_counts_are_those_of_its_page(here: Here) -> None:
    assert here.run("snapshot", SHOP, "-o", "s.json").code == 0
    next(iter(here.emulator.state.tags.values())).name = "renamed"
    found = here.run("diff", "s.json", SHOP, "--html", "d.html")
    assert found.code == 2
    assert f"From {SHOP} (s.json) to {SHOP}\n" in found.out
    assert "\n4 differences.\n" in found.out
    page = (here.folder / "d.html").read_text()
    assert "4 differences</span>" in page
    assert "Other differences" in page
    assert "Verification" not in page
