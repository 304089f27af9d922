"""Reads the JSON of LaunchDarkly's REST API into records.

A flag or segment that does not have the documented form becomes a `Malformed` with its
place in the JSON, so one of them does not hide the others. Members that are not known
are ignored, because the API adds some without notice.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Final, TypeVar, cast

import attrs

from configcat_mgmt.checked import checked
from configcat_mgmt.core.codec.scalars import is_finite
from configcat_mgmt.errors import ConfigurationError
from configcat_mgmt.jobs.launchdarkly.model import (
    USER,
    Clause,
    Environment,
    Flag,
    FlagConfig,
    KeyList,
    Malformed,
    Prerequisite,
    Project,
    Rollout,
    Rule,
    Segment,
    SegmentRule,
    Served,
    Target,
    Variation,
    Weight,
)
from configcat_mgmt.jobs.launchdarkly.options import is_list_attribute
from configcat_mgmt.json_value import JsonValue

T = TypeVar("T")

_WORDS: Final[Mapping[type, str]] = {
    bool: "true or false",
    str: "a text",
    int: "a whole number",
}


class MalformedError(Exception):
    """A part of the JSON does not have the documented form."""

    def __init__(self, reason: str, place: str) -> None:
        """Name the reason and the place."""
        super().__init__(reason)
        self.reason = reason
        self.place = place


@attrs.frozen
class Node:
    """A JSON object and its place."""

    members: Mapping[str, JsonValue]
    place: str

    def get(self, name: str, kind: type[T]) -> T | None:
        """Return a member; None if it is absent or null.

        Raises:
            MalformedError: It is of another type.
        """
        value = self.members.get(name)
        if value is None:
            return None
        if type(value) is not kind:
            raise MalformedError(f"expected {_WORDS[kind]}", f"{self.place}.{name}")
        return value

    def need(self, name: str, kind: type[T]) -> T:
        """Return a member that has to be there."""
        value = self.get(name, kind)
        if value is None:
            raise MalformedError(f"{name} is missing", self.place)
        return value

    def flag(self, name: str) -> bool:
        """Return a truth value; absent is false."""
        return self.get(name, bool) is True

    def node(self, name: str) -> "Node | None":
        """Return a member that is an object."""
        value = self.members.get(name)
        place = f"{self.place}.{name}"
        return None if value is None else _object(value, place)

    def list(self, name: str) -> Sequence[JsonValue]:
        """Return a member that is a list; absent is empty."""
        value = self.members.get(name)
        if value is None:
            return ()
        if not isinstance(value, list):
            raise MalformedError("expected a list", f"{self.place}.{name}")
        return cast("Sequence[JsonValue]", value)

    def nodes(self, name: str) -> "Iterator[Node]":
        """Yield the objects of a list."""
        for index, value in enumerate(self.list(name)):
            yield _object(value, f"{self.place}.{name}[{index}]")

    def texts(self, name: str) -> tuple[str, ...]:
        """Return a list of texts."""
        found: dict[int, str] = {}
        for index, value in enumerate(self.list(name)):
            if not isinstance(value, str):
                place = f"{self.place}.{name}[{index}]"
                raise MalformedError("expected a text", place)
            found[index] = value
        return tuple(found.values())


def _object(value: JsonValue, place: str) -> Node:
    if not isinstance(value, dict):
        raise MalformedError("expected an object", place)
    return Node(cast("Mapping[str, JsonValue]", value), place)


@checked
def read_project(document: Mapping[str, JsonValue]) -> Project:
    """Read a project.

    Args:
        document: The members `host`, `taken_at`, `project`, `environments`, `flags` and
            `segments` of an export, and the optional ones.

    Returns:
        The project, ready to be translated. Problems of single flags and segments
        become issues of the translation.

    Raises:
        ConfigurationError: The document as a whole does not have the form of an export.
    """
    try:
        return _Reader().project(Node(document, "$"))
    except MalformedError as error:
        raise ConfigurationError(
            f"the export cannot be used: {error.reason} @ {error.place}; export the "
            f"project again"
        ) from None


@attrs.define
class _Reader:
    malformed: list[Malformed] = attrs.field(factory=list[Malformed], init=False)

    def project(self, root: Node) -> Project:
        about = root.node("project")
        if about is None:
            raise MalformedError("project is missing", root.place)
        environments = tuple(map(_environment, root.nodes("environments")))
        keys = [one.key for one in environments]
        if len(set(keys)) < len(keys):
            raise MalformedError("two environments have one key", "$.environments")
        flags = tuple(self._each("flag", root.nodes("flags"), _flag))
        segments: dict[str, tuple[Segment, ...]] = {}
        by_environment = root.node("segments") or Node({}, "$.segments")
        for key in by_environment.members:
            nodes = by_environment.nodes(key)
            segments[key] = tuple(self._each("segment", nodes, _segment))
        key = about.need("key", str)
        return Project(
            host=root.need("host", str),
            key=key,
            name=about.get("name", str) or key,
            environments=environments,
            flags=flags,
            segments=segments,
            malformed=tuple(self.malformed),
            changed_while_read=root.texts("changed_while_read"),
            list_attributes=_list_attributes(root),
            unknown_list_attributes=_unknown_list_attributes(root),
            taken_at=_time(root),
        )

    def _each(
        self, kind: str, nodes: Iterator[Node], read: Callable[[Node], T]
    ) -> Iterator[T]:
        seen: set[str] = set()
        for node in nodes:
            key = node.need("key", str)
            try:
                if key in seen:
                    raise MalformedError("the key occurs twice", node.place)
                seen.add(key)
                _require_doubles(node.members, node.place)
                found = read(node)
            except MalformedError as error:
                self.malformed.append(Malformed(kind, key, error.reason, error.place))
            else:
                yield found


def _require_doubles(value: JsonValue, place: str) -> None:
    """Refuse numbers that no double can hold, since both services use doubles.

    Raises:
        MalformedError: Names the first one.
    """
    if isinstance(value, Mapping):
        for name, one in value.items():
            _require_doubles(one, f"{place}.{name}")
    elif isinstance(value, list | tuple):
        for index, one in enumerate(value):
            _require_doubles(one, f"{place}[{index}]")
    elif isinstance(value, int | float) and not is_finite(value):
        raise MalformedError("the number is too large for a double", place)


def _time(root: Node) -> datetime | None:
    text = root.get("taken_at", str)
    if text is None:
        return None
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        raise MalformedError("expected a time", "$.taken_at") from None


def _list_attributes(root: Node) -> tuple[str, ...] | None:
    if root.members.get("list_attributes") is None:
        return None
    names = root.texts("list_attributes")
    for index, name in enumerate(names):
        _require_list_attribute(name, f"$.list_attributes[{index}]")
    return names


def _unknown_list_attributes(root: Node) -> dict[str, str]:
    node = root.node("unknown_list_attributes")
    if node is None:
        return {}
    for name in node.members:
        _require_list_attribute(name, node.place)
    return {name: node.need(name, str) for name in node.members}


def _require_list_attribute(name: str, place: str) -> None:
    if not is_list_attribute(name):
        raise MalformedError(f"{name!r} is not of the form KIND.NAME", place)


def _environment(node: Node) -> Environment:
    key = node.need("key", str)
    return Environment(key, node.get("name", str) or key, node.get("color", str))


def _flag(node: Node) -> Flag:
    variations = tuple(map(_variation, node.nodes("variations")))
    if not variations:
        raise MalformedError("there are no variations", node.place)
    key = node.need("key", str)
    environments = node.node("environments") or Node({}, node.place)
    defaults = node.node("defaults")
    available = node.node("clientSideAvailability")
    is_for_clients = None
    if available is not None:
        is_for_clients = available.flag("usingMobileKey") or available.flag(
            "usingEnvironmentId"
        )
    return Flag(
        key=key,
        name=node.get("name", str) or key,
        kind=node.get("kind", str) or "",
        variations=variations,
        environments={
            name: _config(environments.node(name) or environments)
            for name in environments.members
        },
        description=node.get("description", str),
        tags=node.texts("tags"),
        is_temporary=node.flag("temporary"),
        is_archived=node.flag("archived"),
        is_deprecated=node.flag("deprecated"),
        is_for_clients=is_for_clients,
        default_off_variation=defaults.get("offVariation", int) if defaults else None,
        extras=tuple(_extras(node)),
        place=node.place,
    )


def _extras(node: Node) -> Iterator[str]:
    """Yield the members with content that have no counterpart."""
    for name in ("customProperties", "migrationSettings"):
        found = node.node(name)
        if found is not None and found.members:
            yield name
    for name in ("maintainerId", "maintainerTeamKey"):
        if node.get(name, str):
            yield name
    experiments = node.node("experiments")
    if experiments is not None and experiments.members.get("items"):
        yield "experiments"


def _variation(node: Node) -> Variation:
    if "value" not in node.members:
        raise MalformedError("value is missing", node.place)
    return Variation(
        node.members["value"],
        node.get("name", str),
        node.get("description", str),
        node.place,
    )


def _config(node: Node) -> FlagConfig:
    fallthrough = node.node("fallthrough")
    return FlagConfig(
        on=node.need("on", bool),
        off_variation=node.get("offVariation", int),
        fallthrough=_served(fallthrough) if fallthrough else Served(place=node.place),
        prerequisites=tuple(
            Prerequisite(one.need("key", str), one.need("variation", int), one.place)
            for one in node.nodes("prerequisites")
        ),
        targets=tuple(map(_target, node.nodes("targets"))),
        context_targets=tuple(map(_target, node.nodes("contextTargets"))),
        rules=tuple(map(_rule, node.nodes("rules"))),
        place=node.place,
    )


def _target(node: Node) -> Target:
    kind = node.get("contextKind", str) or USER
    values = node.texts("values")
    return Target(node.need("variation", int), values, kind, node.place)


def _rule(node: Node) -> Rule:
    clauses = tuple(map(_clause, node.nodes("clauses")))
    return Rule(clauses, _served(node), node.flag("disabled"), node.place)


def _served(node: Node) -> Served:
    rollout = node.node("rollout")
    return Served(
        node.get("variation", int), _rollout(rollout) if rollout else None, node.place
    )


def _rollout(node: Node) -> Rollout:
    weights = tuple(
        Weight(one.need("variation", int), _weight(one))
        for one in node.nodes("variations")
    )
    return Rollout(
        weights,
        node.get("contextKind", str) or None,
        node.get("bucketBy", str) or None,
        node.node("experimentAllocation") is not None,
        node.place,
    )


def _weight(node: Node) -> int:
    weight = node.need("weight", int)
    if weight < 0:
        raise MalformedError("a weight is negative", node.place)
    return weight


def _clause(node: Node) -> Clause:
    return Clause(
        node.get("attribute", str) or "",
        node.need("op", str),
        tuple(node.list("values")),
        node.flag("negate"),
        node.get("contextKind", str) or None,
        node.place,
    )


def _segment(node: Node) -> Segment:
    key = node.need("key", str)
    return Segment(
        key,
        node.get("name", str) or key,
        node.get("description", str),
        tuple(_lists(node, "included")),
        tuple(_lists(node, "excluded")),
        tuple(map(_segment_rule, node.nodes("rules"))),
        node.flag("unbounded"),
        node.place,
    )


def _lists(node: Node, name: str) -> Iterator[KeyList]:
    """Yield the lists of keys that are not empty, that of users first."""
    if values := node.texts(name):
        yield KeyList(USER, values)
    for one in node.nodes(f"{name}Contexts"):
        if values := one.texts("values"):
            yield KeyList(one.get("contextKind", str) or USER, values)


def _segment_rule(node: Node) -> SegmentRule:
    clauses = tuple(map(_clause, node.nodes("clauses")))
    weight = node.get("weight", int)
    if weight is not None:
        _weight(node)
    return SegmentRule(
        clauses,
        weight,
        node.get("bucketBy", str) or None,
        node.get("rolloutContextKind", str) or None,
        node.place,
    )
