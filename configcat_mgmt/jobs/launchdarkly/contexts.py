"""Makes up contexts that are near to what the rules of a project compare with."""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from random import Random
from typing import Final, TypeAlias

import attrs

from configcat_mgmt.checked import checked
from configcat_mgmt.jobs.launchdarkly.attributes import seconds_of
from configcat_mgmt.jobs.launchdarkly.model import USER, Clause, Project, Segment
from configcat_mgmt.jobs.launchdarkly.options import TranslationOptions
from configcat_mgmt.jobs.launchdarkly.patterns import literal_tests
from configcat_mgmt.jobs.launchdarkly.tested import with_references
from configcat_mgmt.jobs.launchdarkly.versions import complete_version
from configcat_mgmt.json_value import JsonValue

Context: TypeAlias = dict[str, JsonValue]

_ATTRIBUTE_CHANCE: Final = 0.7
_USER_CHANCE: Final = 0.85
_KIND_CHANCE: Final = 0.6
_KNOWN_KEY_CHANCE: Final = 0.5
_DAY: Final = 86_400_000
_DATES: Final = ("before", "after")


@attrs.define
class _Kind:
    """The attributes and keys of the contexts of one kind."""

    keys: dict[str, None] = attrs.field(factory=dict[str, None])
    values: dict[tuple[str, ...], list[JsonValue]] = attrs.field(
        factory=dict[tuple[str, ...], list[JsonValue]]
    )


@checked
def generate_contexts(
    project: Project, count: int, options: TranslationOptions, seed: int = 0
) -> Iterator[dict[str, JsonValue]]:
    """Make up contexts; the same arguments always give the same ones.

    Attributes have the types that rules compare them with, and are missing at times, as
    are kinds.

    Args:
        project: The project.
        count: How many.
        options: Says which attributes are lists, besides those that the project has
            found, and which environments count.
        seed: Another one gives other contexts.

    Yields:
        Contexts as JSON, for LaunchDarkly's SDK.
    """
    options = options.with_lists(project.list_attributes or ())
    kinds = _kinds(project, options)
    chooser = Random(seed)  # noqa: S311 - nothing here is a secret
    for number in range(count):
        yield _context(chooser, kinds, number, options)


def _kinds(project: Project, options: TranslationOptions) -> dict[str, _Kind]:
    found: dict[str, _Kind] = {USER: _Kind()}
    wanted = options.environments or [one.key for one in project.environments]
    for flag in project.flags:
        for key in wanted:
            config = flag.environments.get(key)
            if config is None:
                continue
            for target in (*config.targets, *config.context_targets):
                _add_keys(found, target.context_kind, target.values)
            for rule in config.rules:
                _add_clauses(found, rule.clauses)
                if rule.served.rollout is not None:
                    found.setdefault(rule.served.rollout.context_kind or USER, _Kind())
    for key in wanted:
        for segment in project.segments.get(key, ()):
            _add_segment(found, segment)
    return found


def _add_segment(found: dict[str, _Kind], segment: Segment) -> None:
    for keys in (*segment.included, *segment.excluded):
        _add_keys(found, keys.context_kind, keys.values)
    for rule in segment.rules:
        _add_clauses(found, rule.clauses)


def _add_keys(found: dict[str, _Kind], kind: str, values: Iterable[str]) -> None:
    found.setdefault(kind, _Kind()).keys.update(dict.fromkeys(values))


def _add_clauses(found: dict[str, _Kind], clauses: Iterable[Clause]) -> None:
    for clause, reference in with_references(clauses):
        if reference.is_kind:
            kinds = [one for one in clause.values if isinstance(one, str) and one]
            for name in kinds:
                if name not in ("kind", "multi"):
                    found.setdefault(name, _Kind())
            continue
        kind = found.setdefault(reference.kind, _Kind())
        near = [one for value in clause.values for one in _near(clause.op, value)]
        if reference.is_key:
            kind.keys.update({str(one): None for one in near if one})
        elif reference.path != ("anonymous",):
            kind.values.setdefault(reference.path, []).extend(near)


def _near(op: str, value: JsonValue) -> Iterator[JsonValue]:
    """Yield values that meet a test, and some that nearly do."""
    if op.startswith("semVer"):
        version = complete_version(value) if isinstance(value, str) else None
        if version is not None:
            yield from _versions(version)
    elif op in _DATES:
        seconds = seconds_of(value)
        if seconds is not None:
            at = math.floor(seconds * 1000)
            yield from (at, at + 1, at - 1, at + _DAY, at - _DAY)
    elif isinstance(value, bool):
        yield from (value, not value)
    elif isinstance(value, int | float):
        yield from (value, value + 1, value - 1)
    elif isinstance(value, str):
        texts = [value]
        if op == "matches":
            texts = [text for _, text in literal_tests(value) or ()]
        for text in filter(None, texts):
            yield from (text, f"{text}-more", f"my-{text}", f"my-{text}-more")


def _versions(version: str) -> Iterator[str]:
    yield version
    numbers, dash, pre = version.partition("-")
    first, second, third = map(int, numbers.split("."))
    yield f"{first}.{second}.{third + 1}"
    yield f"{first + 1}.0.0"
    yield f"{max(first - 1, 0)}.9.9"
    yield f"{numbers}-alpha.1"
    if dash:
        yield from (numbers, f"{numbers}-{pre}.1")


def _context(
    chooser: Random,
    kinds: Mapping[str, _Kind],
    number: int,
    options: TranslationOptions,
) -> Context:
    chances = {kind: _KIND_CHANCE for kind in kinds} | {USER: _USER_CHANCE}
    chosen = [kind for kind in kinds if chooser.random() < chances[kind]] or [USER]
    made = {
        kind: _single(chooser, kind, kinds[kind], number, options) for kind in chosen
    }
    if len(chosen) == 1:
        (kind,) = chosen
        return {"kind": kind, **made[kind]}
    return {"kind": "multi", **made}


def _single(
    chooser: Random, kind: str, known: _Kind, number: int, options: TranslationOptions
) -> Context:
    keys = list(known.keys)
    is_known = keys and chooser.random() < _KNOWN_KEY_CHANCE
    made: Context = {"key": chooser.choice(keys) if is_known else f"{kind}-{number}"}
    if chooser.random() < 1 - _ATTRIBUTE_CHANCE:
        made["anonymous"] = True
    for path, values in known.values.items():
        if not values or chooser.random() > _ATTRIBUTE_CHANCE:
            continue
        value = chooser.choice(values)
        if options.is_list(kind, path):
            picked = chooser.choices(values, k=chooser.randint(0, 3))
            value = [str(one) for one in picked]
        _put(made, path, value)
    return made


def _put(made: Context, path: Sequence[str], value: JsonValue) -> None:
    *outer, last = path
    inner = made
    for part in outer:
        following = inner.setdefault(part, {})
        if not isinstance(following, dict):
            return
        inner = following
    inner[last] = value
