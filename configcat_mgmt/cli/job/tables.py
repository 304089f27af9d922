"""Tables for people of the documents that an import adds to its job."""

from collections.abc import Iterator, Mapping, Sequence
from typing import TypeAlias

from configcat_mgmt.jobs import ReportTable
from configcat_mgmt.json_value import JsonValue
from configcat_mgmt.texts import counted

Documents: TypeAlias = Mapping[str, Mapping[str, JsonValue]]
"""Documents that a job saves in its folder, by file name."""


def tables_of(documents: Documents) -> tuple[ReportTable, ...]:
    """Return the tables of the documents of a job."""
    return tuple(_tables(documents))


def _tables(documents: Documents) -> Iterator[ReportTable]:
    addresses = _object(documents.get("keys.json", {}).get("addresses"))
    if addresses:
        rows = tuple((name, str(address)) for name, address in addresses.items())
        yield ReportTable("Dashboards", ("Service", "Address"), rows)
    attributes = _list(documents.get("attributes.json", {}).get("attributes"))
    if attributes:
        yield ReportTable(
            "User attributes",
            ("Send", "Context kind", "LaunchDarkly", "As"),
            tuple(_attribute(_object(one)) for one in attributes),
            "The application has to send these attributes in the user object.",
        )
    check = documents.get("check.json")
    if check is not None:
        names = ("evaluations", "different", "by_percentage")
        evaluations, different, by_percentage = (
            _number(check.get(one)) for one in names
        )
        equal = evaluations - different - by_percentage
        yield ReportTable(
            "Check with both SDKs",
            ("Difference",),
            tuple((str(one),) for one in _list(check.get("differences"))),
            f"{counted(evaluations, 'evaluation')} on both sides: {equal:,} equal, "
            f"{by_percentage:,} different because percentages assign people anew, and "
            f"{different:,} different for another reason.",
        )


def _attribute(row: Mapping[str, JsonValue]) -> tuple[str, ...]:
    return (
        str(row.get("name")),
        str(row.get("context_kind") or "all"),
        ".".join(map(str, _list(row.get("path")))),
        " or ".join(map(str, _list(row.get("types")))),
    )


def _number(value: JsonValue) -> int:
    return value if isinstance(value, int) else 0


def _object(value: JsonValue) -> Mapping[str, JsonValue]:
    return value if isinstance(value, Mapping) else {}


def _list(value: JsonValue) -> Sequence[JsonValue]:
    return value if isinstance(value, Sequence) and not isinstance(value, str) else ()
