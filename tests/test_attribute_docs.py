"""Editors show for a field what `help()` shows for it in the list of its class."""

import ast
import importlib
import inspect
import re
from collections.abc import Iterator
from itertools import pairwise

import pytest

MODULES = (
    "configcat_mgmt.core.options",
    "configcat_mgmt.core.pacing.fleet.redis_pace",
    "configcat_mgmt.emulator.domain.limits",
    "configcat_mgmt.emulator.server.faults",
    "configcat_mgmt.emulator.server.throttle",
    "configcat_mgmt.errors",
    "configcat_mgmt.jobs.applying.options",
    "configcat_mgmt.jobs.applying.report",
    "configcat_mgmt.jobs.compare.differences",
    "configcat_mgmt.jobs.bulk.options",
    "configcat_mgmt.jobs.exporting.audit_log",
    "configcat_mgmt.jobs.launchdarkly.attributes",
    "configcat_mgmt.jobs.launchdarkly.checking",
    "configcat_mgmt.jobs.launchdarkly.options",
    "configcat_mgmt.jobs.launchdarkly.translation",
    "configcat_mgmt.jobs.model.edit",
    "configcat_mgmt.jobs.model.plan",
    "configcat_mgmt.jobs.model.selection",
    "configcat_mgmt.jobs.planning.options",
)


def listed(kind: ast.ClassDef) -> dict[str, str]:
    """Return the entries under `Attributes:` by name, without their types."""
    _, _, text = (ast.get_docstring(kind) or "").partition("Attributes:\n")
    text, _, _ = text.partition("\n\n")
    entries = re.findall(
        r"^    (\w+)(?: \(.+?\))?: (.+?)(?=^    \w|\Z)", text, re.MULTILINE | re.DOTALL
    )
    return {name: " ".join(words.split()) for name, words in entries}


def documented(kind: ast.ClassDef) -> Iterator[tuple[str, str]]:
    """Yield the fields of a class that are followed by a docstring, with its text."""
    bodies = [kind.body]
    bodies += [one.body for one in kind.body if isinstance(one, ast.FunctionDef)]
    for body in bodies:
        for one, following in pairwise(body):
            match one, following:
                case (
                    ast.AnnAssign(target=target) | ast.Assign(targets=[target]),
                    ast.Expr(ast.Constant(str(text))),
                ):
                    name = target.attr if isinstance(target, ast.Attribute) else None
                    name = target.id if isinstance(target, ast.Name) else name
                    if name is not None:
                        yield name, " ".join(text.split())
                case _:
                    pass


@pytest.mark.parametrize("module", MODULES)
def test_every_listed_field_has_the_beginning_of_its_entry(module: str) -> None:
    tree = ast.parse(inspect.getsource(importlib.import_module(module)))
    classes = [one for one in tree.body if isinstance(one, ast.ClassDef)]
    count = 0
    for kind in classes:
        entries, fields = listed(kind), dict(documented(kind))
        for name, words in entries.items():
            if name == "messages":  # a property, which has a docstring of its own
                continue
            assert name in fields, f"{kind.name}.{name}"
            assert words.startswith(fields[name].rstrip(".")), f"{kind.name}.{name}"
            count += 1
    assert count > 0
