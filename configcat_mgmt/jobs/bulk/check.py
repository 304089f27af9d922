"""Checks calls before any of them is sent."""

from collections import Counter
from collections.abc import Iterable
from typing import Final

from configcat_mgmt.checked import checked
from configcat_mgmt.core.operation import Operation
from configcat_mgmt.errors import ConfigurationError, RequestBuildError
from configcat_mgmt.jobs.bulk.calls import Call, read_call
from configcat_mgmt.lookup import prepared, require_valid
from configcat_mgmt.texts import counted

SHOWN_PROBLEMS: Final = 20
"""Maximum number of invalid lines that an error lists."""


@checked
def check_calls(lines: Iterable[str], source: str = "calls") -> Counter[str]:
    """Check all lines of a file of calls, also their arguments and bodies.

    Args:
        lines: The lines, as for `read_calls`.
        source: Name of the file in errors.

    Returns:
        The number of calls by operation id.

    Raises:
        ConfigurationError: Lines are invalid; the message lists each with the name of
            the file and the number of the line, at most 20 of them.
    """
    counts: Counter[str] = Counter()
    problems: list[str] = []
    invalid = 0
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        where = f"{source}, line {number}"
        try:
            call = read_call(line, where)
            require_valid(*prepared_call(call))
        except ConfigurationError as error:
            problem = str(error)
        except RequestBuildError as error:
            problem = f"{where}: {'; '.join(error.problems)}"
        else:
            counts[call.operation] += 1
            continue
        invalid += 1
        if invalid <= SHOWN_PROBLEMS:
            problems.append(problem)
    if problems:
        if invalid > len(problems):
            problems.append(f"and {invalid - len(problems):,} more")
        if invalid > 1:
            found = counted(invalid, "invalid line")
            problems.insert(0, f"{source} has {found}, so nothing was sent:")
        raise ConfigurationError("\n  ".join(problems))
    return counts


def prepared_call(call: Call) -> tuple[Operation[object], dict[str, object], object]:
    """Return operation, arguments and body of a call in the types of the operation.

    Raises:
        RequestBuildError: There is no such operation, or the body does not fit.
    """
    arguments = dict(call.arguments)
    operation, body = prepared(call.operation, arguments, call.body)
    if "body" in arguments:
        problem = "body: belongs beside the arguments, not among them"
        raise RequestBuildError(operation.id, [problem])
    return operation, arguments, body
