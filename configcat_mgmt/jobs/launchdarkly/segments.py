"""Translates segments: into settings, which is always exact, or into segments.

Source of the order of inclusions, exclusions and rules: launchdarkly/python-server-sdk,
ldclient/impl/evaluator.py.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

import attrs

from configcat_mgmt.jobs.issues.collecting import IssueList
from configcat_mgmt.jobs.launchdarkly.attributes import (
    AttributeTable,
    BadReferenceError,
    Reference,
)
from configcat_mgmt.jobs.launchdarkly.clauses import (
    ALWAYS,
    NEVER,
    SEGMENT_MATCH,
    Alternatives,
    ClauseTranslator,
    conjoined,
)
from configcat_mgmt.jobs.launchdarkly.helpers import (
    MOST_EXPANDED,
    Helper,
    Helpers,
    RuleHelpers,
)
from configcat_mgmt.jobs.launchdarkly.keys import Names, clip_hint
from configcat_mgmt.jobs.launchdarkly.model import (
    WHOLE,
    Clause,
    Project,
    Segment,
    SegmentRule,
)
from configcat_mgmt.jobs.launchdarkly.options import TranslationOptions
from configcat_mgmt.jobs.launchdarkly.rollouts import Split
from configcat_mgmt.jobs.launchdarkly.splits import Splitter
from configcat_mgmt.jobs.model import snapshot
from configcat_mgmt.jobs.model.references import find_circle
from configcat_mgmt.jobs.model.snapshot import (
    Formula,
    Rule,
    SegmentCondition,
    UserCondition,
)

_OLD_COMPARATORS: Final = {
    "isOneOf": "isOneOf",
    "isNotOneOf": "isNotOneOf",
    "sensitiveIsOneOf": "sensitiveIsOneOf",
    "sensitiveIsNotOneOf": "sensitiveIsNotOneOf",
    "containsAnyOf": "contains",
    "doesNotContainAnyOf": "doesNotContain",
    "semVerIsOneOf": "semVerIsOneOf",
    "semVerIsNotOneOf": "semVerIsNotOneOf",
}
"""Comparators of lists that segments have, under their names there."""
_OLD_SAME: Final = ("semVer", "number")
"""Beginnings of the other comparators that segments have."""


@attrs.frozen
class NativeForm:
    """A segment as ConfigCat can hold it, or the code that says why it cannot."""

    attribute: str = ""
    comparator: str = ""
    comparison: str = ""
    code: str | None = None


@attrs.define
class SegmentPlan:
    """Decides what each segment of a project becomes."""

    project: Project
    options: TranslationOptions
    issues: IssueList
    attributes: AttributeTable
    environments: Mapping[str, str]
    """Names of the imported environments by key."""
    made: dict[tuple[str, str], snapshot.Segment] = attrs.field(
        factory=dict[tuple[str, str], snapshot.Segment], init=False
    )
    """Segments of the result by environment and key."""
    _found: dict[tuple[str, str], Segment] = attrs.field(init=False)
    _negated: set[str] = attrs.field(factory=set[str], init=False)
    _natives: set[str] = attrs.field(factory=set[str], init=False)
    _circular: set[tuple[str, str]] = attrs.field(
        factory=set[tuple[str, str]], init=False
    )

    def __attrs_post_init__(self) -> None:
        """Find out how the segments are used, and make those that can be native."""
        self._found = {
            (environment, one.key): one
            for environment in self.environments
            for one in self.project.segments.get(environment, ())
        }
        self._find_circles()
        if self.options.segments == "auto":
            self._negated = set(_negated_segments(self.project, self.environments))
        if self.options.segments != "helper":
            self._make_natives()

    @property
    def keys(self) -> list[str]:
        """Keys of all segments, sorted."""
        return sorted({key for _, key in self._found})

    def get(self, environment: str, key: str) -> Segment | None:
        """Return a segment of an environment."""
        return self._found.get((environment, key))

    def is_circular(self, environment: str, key: str) -> bool:
        """Whether a segment depends on itself."""
        return (environment, key) in self._circular

    def is_native(self, key: str) -> bool:
        """Whether a segment becomes one, and not a setting."""
        if self.options.segments == "native":
            return True
        return key in self._natives

    def _make_natives(self) -> None:
        names = Names()
        for key in self.keys:
            forms = {
                environment: self._form(environment, key)
                for environment in self.environments
                if (environment, key) in self._found
            }
            is_exact = all(one.code is None for one in forms.values())
            if self.options.segments == "auto" and not (
                is_exact and key not in self._negated
            ):
                continue
            self._natives.add(key)
            for environment, form in forms.items():
                segment = self._found[environment, key]
                if form.code is not None:
                    owner = f"Segment {key}"
                    self.issues.add(form.code, owner, environment)
                    continue
                wanted = f"{self.environments[environment]}: {segment.name}"
                self.made[environment, key] = snapshot.Segment(
                    names.take(wanted, key),
                    form.attribute,
                    form.comparator,
                    form.comparison,
                    clip_hint(segment.description, f"segment {key}", self.issues),
                )

    def _form(self, environment: str, key: str) -> NativeForm:
        """Return the native form of a segment; its issues count only if it is used."""
        segment = self._found[environment, key]
        code = _obstacle(segment)
        if code is not None:
            return NativeForm(code=code)
        # A trial must not note anything, because the segment may become a setting.
        attributes = AttributeTable()
        trial = ClauseTranslator(
            self.options, IssueList(), attributes, f"Segment {key}", environment
        )
        if segment.included:
            (keys,) = segment.included
            found = trial.keys(keys.context_kind, keys.values)
        else:
            found = trial.clause(segment.rules[0].clauses[0])
            if found == NEVER:
                return NativeForm(code="T011")
        form = _native_form(found, self.options.limit("maxComparisonValueLength"))
        if form.code is None:
            real = attrs.evolve(trial, issues=self.issues, attributes=self.attributes)
            if self.options.segments == "native" or key not in self._negated:
                _repeat(real, segment)
        return form

    def _find_circles(self) -> None:
        for environment in self.environments:
            graph = {
                key: tuple(_nested(one))
                for (where, key), one in self._found.items()
                if where == environment
            }
            while circle := find_circle(graph):
                for key in circle:
                    graph[key] = ()
                    if (environment, key) in self._circular:
                        continue
                    self._circular.add((environment, key))
                    self.issues.add(
                        "D001",
                        f"Segment {key}",
                        self._found[environment, key].place,
                        reason="segments depend on each other in a circle",
                        action="Nobody is in these segments.",
                    )


def _repeat(clauses: ClauseTranslator, segment: Segment) -> None:
    """Note the attributes and issues of a segment that becomes a native one."""
    for keys in segment.included:
        clauses.keys(keys.context_kind, keys.values)
    for rule in segment.rules:
        for clause in rule.clauses:
            clauses.clause(clause)


def _obstacle(segment: Segment) -> str | None:
    """Return the code of the reason why a segment has no native form."""
    if segment.is_unbounded:
        return "T026"
    lists, rules = (*segment.included, *segment.excluded), segment.rules
    if not lists and not rules:
        return "T021"
    if len(lists) + len(rules) > 1:
        return "T022"
    if segment.excluded:
        return "T021"
    for rule in rules:
        if rule.weight is not None:
            return "T024"
        if len(rule.clauses) != 1:
            return "T023"
        (clause,) = rule.clauses
        if clause.op == SEGMENT_MATCH:
            return "T010"
        texts = ("contains", "startsWith", "endsWith")
        if clause.op in texts and len(clause.values) > 1:
            return "T013"
    return None


def _native_form(found: Alternatives, most: int | None) -> NativeForm:
    if len(found) != 1 or len(found[0]) != 1:
        return NativeForm(code="T025")
    (condition,) = found[0]
    if not isinstance(condition, UserCondition):
        return NativeForm(code="T025")
    attribute, comparator = condition.attribute, condition.comparator
    value = condition.value
    if isinstance(value, tuple):
        old = _OLD_COMPARATORS.get(comparator)
        if old is None:
            return NativeForm(code="T011")
        items = [item for item, _ in value]
        is_list = old not in ("contains", "doesNotContain")
        if any(one != one.strip() or (is_list and "," in one) for one in items):
            return NativeForm(code="T027")
        text = ",".join(items)
    elif comparator.startswith(_OLD_SAME):
        old, text = comparator, _number_text(value)
    else:
        return NativeForm(code="T011")
    if most is not None and len(text) > most:
        return NativeForm(code="L004")
    return NativeForm(attribute, old, text)


def _number_text(value: object) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _nested(segment: Segment) -> Iterator[str]:
    """Yield the keys of the segments that a segment depends on."""
    for rule in segment.rules:
        for clause in rule.clauses:
            yield from segment_keys(clause)


def segment_keys(clause: Clause) -> Iterator[str]:
    """Yield the keys of the segments that a clause names."""
    if clause.op == SEGMENT_MATCH:
        for value in clause.values:
            if isinstance(value, str):
                yield value


def _negated_segments(project: Project, environments: Iterable[str]) -> Iterator[str]:
    """Yield the keys of segments that some clause excludes."""
    for clause in _all_clauses(project, set(environments)):
        if clause.negate:
            yield from segment_keys(clause)


def _all_clauses(project: Project, environments: set[str]) -> Iterator[Clause]:
    for flag in project.flags:
        for environment, config in flag.environments.items():
            if environment in environments:
                for rule in config.rules:
                    yield from rule.clauses
    for environment in environments:
        for segment in project.segments.get(environment, ()):
            for segment_rule in segment.rules:
                yield from segment_rule.clauses


@attrs.define
class SegmentTranslator:
    """Translates the clauses of one config, with those about segments."""

    plan: SegmentPlan
    helpers: Helpers
    _done: set[tuple[str, str]] = attrs.field(factory=set[tuple[str, str]], init=False)
    _unknown: set[tuple[str, str]] = attrs.field(
        factory=set[tuple[str, str]], init=False
    )
    """Segments by environment and key that could not be translated as a whole."""

    def alternatives(self, clause: Clause, clauses: ClauseTranslator) -> Alternatives:
        """Translate any clause."""
        if clause.op == SEGMENT_MATCH:
            return self._segments(clause, clauses)
        return clauses.clause(clause)

    def helper(self, key: str) -> Helper:
        """Return the setting of a segment, with its value in all environments."""
        names = [
            one.name
            for environment in self.plan.environments
            if (one := self.plan.get(environment, key))
        ]
        found = self.helpers.take(
            f"segment_{key}",
            f"Segment: {names[0] if names else key}",
            f"Whether the user is in the segment {key}; imported from LaunchDarkly.",
            "boolean",
            default=False,
        )
        for environment in self.plan.environments:
            if (environment, key) not in self._done:
                self._done.add((environment, key))
                self._translate(environment, key, found)
        return found

    def _segments(self, clause: Clause, clauses: ClauseTranslator) -> Alternatives:
        """Translate a clause about segments; one that does not exist has nobody."""
        keys: list[str] = []
        for key in dict.fromkeys(segment_keys(clause)):
            if self.plan.get(clauses.environment, key) is not None:
                keys.append(key)
                continue
            reason = f"the segment {key!r} does not exist"
            clauses.invalid(reason, clause.place, "Nobody is in the segment.")
        if not keys:
            return ALWAYS if clause.negate else NEVER
        parts = [self._one(key, clause, clauses) for key in keys]
        if not clause.negate:
            return tuple(one for part in parts for one in part)
        is_native = self.plan.options.segments == "native"
        if is_native and NEVER in parts and len(keys) > 1:
            clauses.note("T009", clauses.words(clause))
        return conjoined(parts)

    def _one(self, key: str, clause: Clause, clauses: ClauseTranslator) -> Alternatives:
        environment = clauses.environment
        if not self.plan.is_native(key):
            helper = self.helper(key)
            if (environment, key) in self._unknown:
                clauses.fail(clause.place)
                if clause.negate:
                    return NEVER
            return ((attrs.evolve(helper.equals(True), value=not clause.negate),),)
        segment = self.plan.made.get((environment, key))
        if segment is None:
            return NEVER
        if clause.negate:
            clauses.note("CC614", clauses.words(clause))
        comparator = "isNotIn" if clause.negate else "isIn"
        return ((SegmentCondition(segment.name, comparator),),)

    def _translate(self, environment: str, key: str, helper: Helper) -> None:
        segment = self.plan.get(environment, key)
        if segment is None:
            return
        if self.plan.is_circular(environment, key):
            self._unknown.add((environment, key))
            return
        plan = self.plan
        owner = f"Segment {key}"
        clauses = ClauseTranslator(
            plan.options, plan.issues, plan.attributes, owner, environment
        )
        if segment.is_unbounded:
            clauses.note("T026", environment)
            self._unknown.add((environment, key))
            return
        translator = _OneSegment(
            self,
            segment,
            clauses,
            RuleHelpers(self.helpers, clauses, helper.key),
        )
        helper.formulas[environment] = translator.formula()
        if clauses.failures:
            self._unknown.add((environment, key))


@attrs.frozen
class _OneSegment:
    """Translates one segment of one environment into the value of a setting."""

    segments: SegmentTranslator
    segment: Segment
    clauses: ClauseTranslator
    helpers: RuleHelpers

    def formula(self) -> Formula:
        """Return the value: true for those who are in the segment."""
        rules: list[Rule] = []
        for lists, served in (
            (self.segment.included, True),
            (self.segment.excluded, False),
        ):
            for keys in lists:
                found = self.clauses.keys(keys.context_kind, keys.values)
                rules += [Rule(one, served) for one in found]
        for rule in self.segment.rules:
            if rule.weight is None:
                found = self._alternatives(rule)
                if () in found:
                    return Formula(True, tuple(rules))
                rules += [self._rule(one, served=True) for one in found]
        return self._with_shares(rules)

    def _with_shares(self, rules: list[Rule]) -> Formula:
        """Add the rules with a weight, the heaviest first.

        One bucket decides about all rules with one attribute, so whoever is not in the
        heaviest share is in none. Each further attribute needs a setting of its own.
        """
        groups: dict[Reference, list[SegmentRule]] = {}
        for rule in self.segment.rules:
            if rule.weight is None:
                continue
            try:
                attribute = (
                    Reference.of(rule.bucket_by, rule.context_kind)
                    if rule.bucket_by
                    else Reference.key_of(rule.context_kind)
                )
            except BadReferenceError as error:
                action = "The rule never matches."
                self.clauses.invalid(str(error), rule.place, action)
                continue
            groups.setdefault(attribute, []).append(rule)
        if not groups:
            return Formula(False, tuple(rules))
        first, *others = groups
        for number, attribute in enumerate(others, 2):
            helper = self.helpers.helpers.take(
                f"{self.helpers.key}_s{number}",
                f"Shares {number} of {self.helpers.key}",
                f"Holds shares of {self.helpers.key}; imported from LaunchDarkly.",
                "boolean",
                default=False,
            )
            shares, is_rest = self._shares(attribute, groups[attribute])
            helper.formulas[self.clauses.environment] = Formula(
                is_rest, tuple(shares), attribute.name
            )
            rules.append(Rule((helper.equals(True),), True))
        shares, is_rest = self._shares(first, groups[first])
        return Formula(is_rest, (*rules, *shares), first.name)

    def _shares(
        self, attribute: Reference, group: list[SegmentRule]
    ) -> tuple[list[Rule], bool]:
        splitter = Splitter(self.clauses, self.helpers, attribute)
        rules: list[Rule] = []
        for rule in sorted(group, key=lambda one: -(one.weight or 0)):
            weight = min(rule.weight or 0, WHOLE)
            # Those without the attribute are in, those without the kind even at 0%.
            split = Split(attribute, {1: weight, 0: WHOLE - weight}, 1, int(weight > 0))
            for conditions in self._alternatives(rule):
                if not conditions:
                    return self._for_all(splitter, split, rules)
                within = self.helpers.within_limit(conditions)
                found, rest = splitter.rules(within, split, bool)
                rules += [*found, Rule(within, rest)]
        return rules, False

    def _for_all(
        self, splitter: Splitter, split: Split, rules: list[Rule]
    ) -> tuple[list[Rule], bool]:
        found, rest = splitter.rules((), split, bool)
        return [*rules, *found], bool(rest)

    def _alternatives(self, rule: SegmentRule) -> Alternatives:
        parts = [
            self.segments.alternatives(clause, self.clauses) for clause in rule.clauses
        ]
        return expanded(parts, self.helpers, self.clauses)

    def _rule(
        self, conditions: tuple[snapshot.Condition, ...], *, served: bool
    ) -> Rule:
        return Rule(self.helpers.within_limit(conditions), served)


def expanded(
    parts: list[Alternatives],
    helpers: RuleHelpers,
    clauses: ClauseTranslator,
    most: int = MOST_EXPANDED,
) -> Alternatives:
    """Join clauses; those with several alternatives become settings if there are many.

    Args:
        parts: The alternatives of each clause.
        helpers: Makes the settings.
        clauses: Notes the issues.
        most: Alternatives that may become rules.
    """
    if any(part == NEVER for part in parts):
        return NEVER
    count = 1
    for part in parts:
        count *= len(part)
    if count > 1:
        clauses.issues.add("T012", "Rules", clauses.item)
    if count > most:
        parts = [
            part if len(part) == 1 else ((helpers.condition(part),),) for part in parts
        ]
    return conjoined(parts)
