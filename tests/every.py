"""Runs a test of a rule for every case within one item, and reports all that fail.

`pytest.mark.parametrize` makes an item of each case, which suits behaviors. For a rule
about thousands of models, operations or names, the items cost more than the checks.
"""

import functools
import inspect
from collections.abc import Callable, Iterable
from typing import TypeVar

import pytest

T = TypeVar("T")
Test = Callable[..., None]

__all__ = ["every"]


def every(
    name: str, cases: Iterable[T], ids: Callable[[T], str] = str
) -> Callable[[Test], Test]:
    """Call the test with each case as the argument `name`, failures included.

    Args:
        name: The argument that takes the case; pytest provides the others.
        cases: At least one.
        ids: Names a case in the report.
    """
    values = list(cases)
    assert values, "no cases"

    def decorated(test: Test) -> Test:
        @functools.wraps(test)
        def checked(**fixtures: object) -> None:
            failures: list[str] = []
            for value in values:
                try:
                    test(**fixtures, **{name: value})
                except (Exception, pytest.fail.Exception) as error:
                    failures.append(f"{ids(value)}: {type(error).__name__}: {error}")
            assert not failures, "\n".join(failures)

        signature = inspect.signature(test)
        others = [one for one in signature.parameters.values() if one.name != name]
        checked.__signature__ = signature.replace(parameters=others)  # type: ignore[attr-defined]
        return checked

    return decorated
