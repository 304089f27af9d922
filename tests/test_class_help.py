"""The help of classes with options lists every field with its type and default."""

import inspect
import re

import attrs
import pytest

from configcat_mgmt import Options, RedisPace, errors
from configcat_mgmt.emulator import Fault, PlanLimits, RatePolicy, RateRule
from configcat_mgmt.jobs import BulkOptions, Criteria, Selection

CLASSES = (
    *(Options, RedisPace, Fault, PlanLimits, RatePolicy, RateRule),
    *(BulkOptions, Criteria, Selection),
)


@pytest.mark.parametrize("kind", CLASSES, ids=lambda kind: kind.__name__)
def test_help_lists_every_field_with_type_and_default(kind: type) -> None:
    _, _, text = (inspect.getdoc(kind) or "").partition("Attributes:\n")
    entries = re.findall(r"^    (\w+) \([^\n]+?(?:\n {8}[^\n]+)*$", text, re.MULTILINE)
    fields = [one for one in attrs.fields(kind) if not one.name.startswith("_")]
    assert entries == [one.name for one in fields]
    for one in fields:
        found = re.search(rf"^    {one.name} \(.+?(?=^    \w|\Z)", text, re.S | re.M)
        assert found is not None
        words = " ".join(found[0].split())
        assert re.search(r"\): \w|\): `", words), words
        if one.init and one.default is not attrs.NOTHING:
            assert "Default: " in words, words


@pytest.mark.parametrize("name", errors.__all__)
def test_help_of_every_error_says_which_attributes_it_has(name: str) -> None:
    text = inspect.getdoc(getattr(errors, name)) or ""
    words = " ".join(text.split())
    assert "Attributes:\n" in text or " attributes " in words, words
