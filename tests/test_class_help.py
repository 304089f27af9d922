"""The help of classes with options and results lists every field with its type."""

import inspect
import re
from types import ModuleType

import attrs
import pytest

import configcat_mgmt
from configcat_mgmt import Options, RedisPace, errors, jobs
from configcat_mgmt.emulator import Fault, PlanLimits, RatePolicy, RateRule
from configcat_mgmt.jobs import (
    ApplyOptions,
    BulkOptions,
    Criteria,
    Difference,
    Edit,
    Issue,
    NewProduct,
    Plan,
    PlanOptions,
    Report,
    RequestState,
    Selection,
    Step,
    StepResult,
    Target,
    launchdarkly,
)
from configcat_mgmt.jobs.launchdarkly import (
    AttributeUse,
    Check,
    CheckDifference,
    CheckResult,
    KeyMap,
    Translation,
    TranslationOptions,
)

CLASSES = (
    *(Options, RedisPace, Fault, PlanLimits, RatePolicy, RateRule),
    *(ApplyOptions, BulkOptions, Criteria, Edit, PlanOptions, Selection),
    *(Difference, Issue, NewProduct, Plan, Report, RequestState),
    *(Step, StepResult, Target),
    *(AttributeUse, Check, CheckDifference, CheckResult, KeyMap, Translation),
    TranslationOptions,
)


@pytest.mark.parametrize("module", [configcat_mgmt, jobs, launchdarkly])
def test_all_classes_of_options_are_here(module: ModuleType) -> None:
    names = [name for name in module.__all__ if name.endswith("Options")]
    assert names
    assert {getattr(module, name) for name in names} <= {*CLASSES}


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
