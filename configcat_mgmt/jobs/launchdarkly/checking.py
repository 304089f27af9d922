"""Compares what LaunchDarkly and ConfigCat serve for the same contexts."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final, Protocol

import attrs

from configcat_mgmt.jobs.launchdarkly.attributes import AttributeUse, user_attributes
from configcat_mgmt.jobs.launchdarkly.clauses import SEGMENT_MATCH
from configcat_mgmt.jobs.launchdarkly.model import (
    Clause,
    Flag,
    Project,
    Served,
)
from configcat_mgmt.json_value import JsonValue

MOST_KEPT: Final = 100
"""Kinds of differences that a result keeps; all differences are counted."""


@attrs.frozen
class SourceValue:
    """The value that LaunchDarkly serves."""

    value: JsonValue
    reason: str
    """Such as `RULE_MATCH 2` or `OFF`."""


class SourceSdk(Protocol):
    """Evaluates flags of one environment with LaunchDarkly's SDK."""

    def evaluate(self, key: str, context: Mapping[str, JsonValue]) -> SourceValue:
        """Evaluate a flag.

        Args:
            key: Key of the flag in LaunchDarkly.
            context: The context as JSON.

        Returns:
            The value that is served, with its reason.
        """
        ...


class TargetSdk(Protocol):
    """Evaluates settings of one environment with ConfigCat's SDK."""

    def evaluate(self, key: str, attributes: Mapping[str, object]) -> object:
        """Evaluate a setting of the import.

        Args:
            key: Key of the setting in ConfigCat.
            attributes: The attributes of the user object, with `Identifier`.

        Returns:
            The value that is served; None if the evaluation failed.
        """
        ...


@attrs.frozen
class CheckDifference:
    """Contexts that are served different values, all of them the same two.

    Attributes:
        environment (str): Key of the environment in LaunchDarkly.
        flag (str): Key of the flag in LaunchDarkly.
        context (Mapping[str, JsonValue]): The first of the contexts, as JSON.
        launchdarkly (JsonValue): The value that LaunchDarkly's SDK serves.
        configcat (object): The value that ConfigCat's SDK serves; None if the
            evaluation failed.
        reason (str): Why LaunchDarkly serves its value, such as `RULE_MATCH 2` or
            `OFF`.
        count (int): Number of the contexts. Default: 1.
    """

    environment: str
    """Key of the environment in LaunchDarkly."""
    flag: str
    """Key of the flag in LaunchDarkly."""
    context: Mapping[str, JsonValue]
    """The first of the contexts, as JSON."""
    launchdarkly: JsonValue
    """The value that LaunchDarkly's SDK serves."""
    configcat: object
    """The value that ConfigCat's SDK serves; None if the evaluation failed."""
    reason: str
    """Why LaunchDarkly serves its value, such as `RULE_MATCH 2` or `OFF`."""
    count: int = 1
    """Number of the contexts."""

    def __str__(self) -> str:
        """Describe the difference in one line."""
        many = "" if self.count == 1 else f"{self.count:,} contexts such as "
        return (
            f"{self.flag} in {self.environment}: LaunchDarkly serves "
            f"{json.dumps(self.launchdarkly)} ({self.reason}), ConfigCat "
            f"{json.dumps(self.configcat, default=str)} for {many}"
            f"{json.dumps(self.context)}"
        )


@attrs.frozen
class CheckResult:
    """The result of a check.

    Attributes:
        evaluations (int): Number of pairs of evaluations, one on each side. Default: 0.
        different (int): Number of pairs that differ for another reason than
            percentages. Default: 0.
        by_percentage (int): Number of pairs that differ because percentages assign
            people anew. Default: 0.
        differences (tuple[CheckDifference, ...]): The first kinds of differences. Those
            of one kind have the same flag, values and reason. Default: ().
    """

    evaluations: int = 0
    """Number of pairs of evaluations, one on each side."""
    different: int = 0
    """Number of pairs that differ for another reason than percentages."""
    by_percentage: int = 0
    """Number of pairs that differ because percentages assign people anew."""
    differences: tuple[CheckDifference, ...] = ()
    """The first kinds of differences. Those of one kind have the same flag, values and
    reason."""

    def __add__(self, other: "CheckResult") -> "CheckResult":
        """Join the results of two environments."""
        differences = (*self.differences, *other.differences)[:MOST_KEPT]
        return CheckResult(
            self.evaluations + other.evaluations,
            self.different + other.different,
            self.by_percentage + other.by_percentage,
            differences,
        )


@attrs.frozen(kw_only=True)
class Check:
    """The flags of one environment, to evaluate on both sides.

    Attributes:
        project (Project): The project that was translated.
        environment (str): Key of the environment in LaunchDarkly.
        keys (Mapping[str, str]): Keys of settings by key of the flag; flags without one
            are not imported.
        attributes (Sequence[AttributeUse]): The user attributes of the translation.
    """

    project: Project
    """The project that was translated."""
    environment: str
    """Key of the environment in LaunchDarkly."""
    keys: Mapping[str, str]
    """Keys of settings by key of the flag; flags without one are not imported."""
    attributes: Sequence[AttributeUse]
    """The user attributes of the translation."""

    def compare(
        self,
        source: SourceSdk,
        target: TargetSdk,
        contexts: Iterable[Mapping[str, JsonValue]],
    ) -> CheckResult:
        """Evaluate all flags for all contexts on both sides.

        Args:
            source: LaunchDarkly's SDK.
            target: ConfigCat's SDK.
            contexts: Contexts as JSON.

        Returns:
            The counts, and the first differences.
        """
        flags = [one for one in self.project.flags if one.key in self.keys]
        by_share = self._by_share(flags)
        evaluations = different = by_percentage = 0
        kept: dict[str, CheckDifference] = {}
        for context in contexts:
            attributes = user_attributes(context, self.attributes)
            for flag in flags:
                evaluations += 1
                wanted = source.evaluate(flag.key, context)
                found = target.evaluate(self.keys[flag.key], attributes)
                if is_same(wanted.value, found):
                    continue
                if flag.key in by_share:
                    by_percentage += 1
                    continue
                different += 1
                one = CheckDifference(
                    self.environment,
                    flag.key,
                    context,
                    wanted.value,
                    found,
                    wanted.reason,
                )
                kind = json.dumps(
                    [flag.key, wanted.value, found, wanted.reason], default=str
                )
                if kind in kept:
                    count = kept[kind].count + 1
                    kept[kind] = attrs.evolve(kept[kind], count=count)
                elif len(kept) < MOST_KEPT:
                    kept[kind] = one
        differences = tuple(kept.values())
        return CheckResult(evaluations, different, by_percentage, differences)

    def _by_share(self, flags: Sequence[Flag]) -> set[str]:
        """Return the flags whose values depend on percentages, also of others."""
        segments = self._segments_by_share()
        found = {one.key for one in flags if self._splits(one, segments)}
        while more := {
            one.key
            for one in flags
            if one.key not in found
            and (config := one.environments.get(self.environment))
            and any(needed.key in found for needed in config.prerequisites)
        }:
            found |= more
        return found

    def _splits(self, flag: Flag, segments: set[str]) -> bool:
        config = flag.environments.get(self.environment)
        if config is None:
            return False
        rules = [one for one in config.rules if not one.is_disabled]
        served: list[Served] = [config.fallthrough, *(one.served for one in rules)]
        clauses = [clause for one in rules for clause in one.clauses]
        return any(one.rollout is not None for one in served) or bool(
            segments & set(_segments_in(clauses))
        )

    def _segments_by_share(self) -> set[str]:
        segments = self.project.segments.get(self.environment, ())
        found = {
            one.key
            for one in segments
            if any(rule.weight is not None for rule in one.rules)
        }
        while more := {
            one.key
            for one in segments
            if one.key not in found
            and found & {n for rule in one.rules for n in _segments_in(rule.clauses)}
        }:
            found |= more
        return found


def is_same(wanted: JsonValue, found: object) -> bool:
    """Whether both sides serve one value: numbers as numbers, JSON parsed."""
    if isinstance(wanted, bool) or isinstance(found, bool):
        return wanted is found
    if wanted == found:
        return True
    if isinstance(found, str) and not isinstance(wanted, str):
        try:
            return bool(json.loads(found) == wanted)
        except ValueError:
            return False
    return False


def _segments_in(clauses: Iterable[Clause]) -> Iterator[str]:
    for clause in clauses:
        if clause.op == SEGMENT_MATCH:
            for value in clause.values:
                if isinstance(value, str):
                    yield value
