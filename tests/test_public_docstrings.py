"""Every argument and every result of a public function is described.

The functions of `configcat_mgmt.jobs.blocking` refer to their async twins instead.
"""

import importlib
import inspect
import re
from collections.abc import Callable, Iterator
from typing import Any, Final

import pytest

from configcat_mgmt.core.operation import OperationGroup
from tests.public_annotations import FACES

RESULT: Final = re.compile(
    r"^\s*(Returns|Yields):$|\b(Returns?|Yields?|Counts?|Whether|Describe)\b",
    re.MULTILINE,
)
"""How a docstring speaks of a result: in a section, or in a sentence."""

SELF: Final = ("self", "cls")

Function = Callable[..., Any]


def functions_of(module: str) -> Iterator[tuple[str, Function]]:
    """Yield the public functions of a module and the methods of its classes."""
    face = importlib.import_module(module)
    for name in face.__all__:
        member = getattr(face, name)
        if inspect.isfunction(member):
            yield name, member
        elif inspect.isclass(member) and not issubclass(member, OperationGroup):
            for key, value in vars(member).items():
                method = getattr(value, "__func__", value)
                if inspect.isfunction(method) and not key.startswith("_"):
                    yield f"{name}.{key}", method


def parameters_of(function: Function) -> list[str]:
    """Return the names of the arguments; one alone is described by the sentence."""
    names = [one for one in inspect.signature(function).parameters if one not in SELF]
    return (
        names if len(names) > 1 or "Args:" in (inspect.getdoc(function) or "") else []
    )


@pytest.mark.parametrize("module", FACES)
def test_arguments_and_results_are_described(module: str) -> None:
    lacks: list[str] = []
    for name, function in functions_of(module):
        text = inspect.getdoc(function) or ""
        for one in parameters_of(function):
            if not re.search(rf"^\s+\**{one}:|`{one}\b", text, re.MULTILINE):
                lacks.append(f"{name}: {one}")
        result = inspect.signature(function).return_annotation
        returns_itself = str(result) in ("Self", name.partition(".")[0])
        if (
            result not in (None, "None")
            and not returns_itself
            and not RESULT.search(text)
        ):
            lacks.append(f"{name}: its result")
    assert lacks == []
