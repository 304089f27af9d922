"""Every mutant can be made, and its check exists."""

from pathlib import Path

import pytest

from tests.mutants import MUTANTS, ROOT, Mutant


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.promise)
def test_a_mutant_changes_one_place_that_exists(mutant: Mutant) -> None:
    text = (ROOT / "configcat_mgmt" / mutant.file).read_text()
    assert text.count(mutant.old) == 1
    assert mutant.new != mutant.old
    assert Path(ROOT, "tests", mutant.check).exists()
