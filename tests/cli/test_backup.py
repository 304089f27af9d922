"""`configcat-mgmt backup`."""

from configcat_mgmt.emulator import Fault
from tests.cli.here import Here, printed_by


def test_a_backup_says_what_it_saved(here: Here) -> None:
    done = here.run("backup", "-o", "b")
    assert done.code == 0, done.text
    assert "Web shop" in done.out
    assert " new" in done.out
    assert "Saved to b" in done.out
    printed = printed_by(here, "backup", "-o", "b", "--members")
    (product,) = printed["products"]
    assert product["state"] == "changed"
    assert (here.folder / "b" / product["file"]).exists()
    assert printed["complete"]
    assert here.writes() == {}


def test_a_product_that_cannot_be_read_makes_an_error(here: Here) -> None:
    here.emulator.faults.add(Fault("status", operation="get-product", status=403))
    done = here.run("backup", "-o", "b")
    assert done.code == 1
    assert "Web shop was not saved" in done.out
    missing = here.run("backup", "-o", "c", "--organization", "Nowhere")
    assert missing.code == 1
    assert "'Nowhere'" in missing.err
    assert not (here.folder / "c").exists()
