"""Translates a clause into conditions.

The result is a choice of conjunctions, since ConfigCat has no OR within a rule. What
cannot be translated never matches, so it grants nothing. Source of the operators:
launchdarkly/python-server-sdk, ldclient/impl/operators.py.
"""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import product
from typing import Final, TypeAlias

import attrs

from configcat_mgmt.jobs.issues.collecting import IssueList
from configcat_mgmt.jobs.launchdarkly.attributes import (
    KINDS,
    AttributeTable,
    AttributeType,
    BadReferenceError,
    Reference,
    seconds_of,
)
from configcat_mgmt.jobs.launchdarkly.model import Clause
from configcat_mgmt.jobs.launchdarkly.options import TranslationOptions
from configcat_mgmt.jobs.launchdarkly.patterns import literal_tests
from configcat_mgmt.jobs.launchdarkly.versions import complete_version, version_rank
from configcat_mgmt.jobs.model.snapshot import Condition, UserCondition
from configcat_mgmt.json_value import JsonValue
from configcat_mgmt.texts import clipped

Conjunction: TypeAlias = tuple[Condition, ...]
"""Conditions that all have to hold."""
Alternatives: TypeAlias = tuple[Conjunction, ...]
"""Conjunctions of which one has to hold."""

NEVER: Final[Alternatives] = ()
ALWAYS: Final[Alternatives] = ((),)

NO_TEXT: Final = "(no attribute has this value)"
"""An attribute that is not this text is one that is present."""
SEGMENT_MATCH: Final = "segmentMatch"
_LONGEST_TEST: Final = 100
"""Characters of a shown test."""

_LONGEST_EXACT: Final = 10**15
"""Whole numbers below this print in digits everywhere."""
_COLLECTED: Final = ("ld_application", "ld_device")
"""Kinds of contexts that SDKs of LaunchDarkly add by themselves."""

_TEXTS: Final = {
    "startsWith": ("textStartsWithAnyOf", "textNotStartsWithAnyOf"),
    "endsWith": ("textEndsWithAnyOf", "textNotEndsWithAnyOf"),
    "contains": ("containsAnyOf", "doesNotContainAnyOf"),
}
_PLACES: Final = {
    "equals": ("isOneOf", "isNotOneOf"),
    "starts": _TEXTS["startsWith"],
    "ends": _TEXTS["endsWith"],
    "contains": _TEXTS["contains"],
}
_NUMBERS: Final = {
    "lessThan": ("numberLess", "numberGreaterOrEquals"),
    "lessThanOrEqual": ("numberLessOrEquals", "numberGreater"),
    "greaterThan": ("numberGreater", "numberLessOrEquals"),
    "greaterThanOrEqual": ("numberGreaterOrEquals", "numberLess"),
}
_DATES: Final = {
    "before": ("dateTimeBefore", "numberGreaterOrEquals"),
    "after": ("dateTimeAfter", "numberLessOrEquals"),
}
_VERSIONS: Final = {
    "semVerLessThan": ("semVerLess", "semVerGreaterOrEquals"),
    "semVerGreaterThan": ("semVerGreater", "semVerLessOrEquals"),
}
_LARGEST_DECIDES: Final = frozenset(
    {"lessThan", "lessThanOrEqual", "before", "semVerLessThan"}
)
"""Less than any of several values is less than the largest."""


def conjoined(choices: Iterable[Alternatives]) -> Alternatives:
    """Return the alternatives of several clauses that all have to hold."""
    return tuple(
        tuple(dict.fromkeys(one for part in chosen for one in part))
        for chosen in product(*choices)
    )


@attrs.frozen
class ClauseTranslator:
    """Translates the clauses of one flag or segment in one environment."""

    options: TranslationOptions
    issues: IssueList
    attributes: AttributeTable
    owner: str
    """Such as `Flag checkout`."""
    environment: str
    failures: list[str] = attrs.field(factory=list[str])
    """Places of what could not be translated."""

    @property
    def item(self) -> str:
        """The owner among others of a sentence, such as `flag checkout`."""
        return f"{self.owner[:1].lower()}{self.owner[1:]}"

    def fail(self, place: str) -> Alternatives:
        """Remember that a clause could not be translated; it never matches."""
        self.failures.append(place)
        return NEVER

    def note(self, code: str, *items: str, **details: object) -> None:
        """Note an issue of the owner."""
        self.issues.add(code, self.owner, *items, **details)

    def words(self, clause: Clause) -> str:
        """Return a clause as text: its test, its environment and its place."""
        is_not = "not " if clause.negate else ""
        if clause.op == SEGMENT_MATCH:
            test = "in segment"
        else:
            reference = Reference.of(clause.attribute, clause.context_kind)
            test = f"{reference} {clause.op}"
        values = " or ".join(
            json.dumps(one, ensure_ascii=False) for one in clause.values
        )
        text = clipped(f"{is_not}{test} {values}", _LONGEST_TEST)
        return f"{text} in {self.environment} ({clause.place})"

    def invalid(self, reason: str, place: str, action: str) -> None:
        """Note that the data is invalid."""
        self.note("D001", place, reason=reason, action=action)

    def present(self, reference: Reference) -> UserCondition:
        """Return the condition that an attribute is there."""
        name = self.attributes.use(reference, None)
        return UserCondition(name, "isNotOneOf", ((NO_TEXT, None),))

    def keys(self, kind: str, values: Sequence[str]) -> Alternatives:
        """Return the condition that the key of a kind is one of these."""
        reference = Reference.key_of(kind)
        self.attributes.use(reference, "text")
        return self._list(reference, _PLACES["equals"], values, negate=False)

    def clause(self, clause: Clause) -> Alternatives:
        """Translate a clause that is not about segments."""
        try:
            reference = Reference.of(clause.attribute, clause.context_kind)
        except BadReferenceError as error:
            self.invalid(str(error), clause.place, "The clause never matches.")
            return self.fail(clause.place)
        if reference.is_too_long:
            self.issues.add("T005", "Attributes", str(reference)[:80])
        if reference.kind in _COLLECTED:
            self.issues.add("T016", "Attributes", str(reference))
        if reference.path == ("anonymous",):
            self.issues.add("CC606", "Attributes", self.item)
        if reference.is_kind:
            return self._kind(reference, clause)
        if self.options.is_list(reference.kind, reference.path) and clause.op != "in":
            self.note("CC608", self.words(clause))
            return self.fail(clause.place)
        translate = self._translators().get(clause.op)
        if translate is None:
            reason = f"the operator {clause.op!r} is unknown"
            self.invalid(reason, clause.place, "The clause never matches.")
            return self.fail(clause.place)
        return translate(reference, clause)

    def _translators(
        self,
    ) -> Mapping[str, Callable[[Reference, Clause], Alternatives]]:
        return {
            "in": self._in,
            "matches": self._matches,
            "semVerEqual": self._version_equal,
            **dict.fromkeys(_TEXTS, self._text),
            **dict.fromkeys(_NUMBERS, self._number),
            **dict.fromkeys(_DATES, self._date),
            **dict.fromkeys(_VERSIONS, self._version),
        }

    def _kind(self, reference: Reference, clause: Clause) -> Alternatives:
        if clause.op != "in":
            self.note("T011", self.words(clause))
            return self.fail(clause.place)
        self.attributes.use(reference, "list of texts")
        self.issues.add("T015", "Attributes", self.item)
        values = [one for one in clause.values if isinstance(one, str) and one]
        if not values:
            return ALWAYS if clause.negate else NEVER
        pair = ("arrayContainsAnyOf", "arrayDoesNotContainAnyOf")
        return self._pairs(KINDS, pair, values, negate=clause.negate)

    def _in(self, reference: Reference, clause: Clause) -> Alternatives:
        is_list = self.options.is_list(reference.kind, reference.path)
        texts: dict[str, None] = {}
        numbers: dict[float, None] = {}
        for value in clause.values:
            self._note_equality(reference, clause, value)
            if isinstance(value, bool):
                texts.update(dict.fromkeys((str(value).lower(), str(value))))
            elif isinstance(value, int | float):
                spelled = _digits(value) or (str(value) if is_list else None)
                if spelled is not None:
                    texts[spelled] = None
                else:
                    numbers[float(value)] = None
            elif isinstance(value, str) and value:
                texts[value] = None
        pair = _PLACES["equals"]
        if is_list:
            pair = ("arrayContainsAnyOf", "arrayDoesNotContainAnyOf")
        comparator = "numberDoesNotEqual" if clause.negate else "numberEquals"
        tests = tuple(UserCondition(reference.name, comparator, one) for one in numbers)
        if not texts:
            if clause.negate:
                return (tests,) if tests else self._nothing(reference, clause)
            return tuple((one,) for one in tests)
        found = self._list(reference, pair, list(texts), negate=clause.negate)
        if clause.negate:
            return conjoined([found, (tests,)])
        return (*found, *((one,) for one in tests))

    def _note_equality(
        self, reference: Reference, clause: Clause, value: JsonValue
    ) -> None:
        kind: AttributeType = "text"
        if isinstance(value, bool):
            kind = "boolean"
        elif isinstance(value, int | float):
            kind = "number"
        elif value is not None and not isinstance(value, str):
            reason = "a clause compares with an object or a list"
            self.invalid(reason, clause.place, "This value never matches.")
        if value == "":
            self.issues.add("CC613", "Rules", self.item)
        if kind != "text":
            self.issues.add("T017", "Rules", self.item)
        is_list = self.options.is_list(reference.kind, reference.path)
        self._use(reference, "list of texts" if is_list else kind)

    def _text(self, reference: Reference, clause: Clause) -> Alternatives:
        self._use(reference, "text")
        values = [one for one in clause.values if isinstance(one, str)]
        if not values:
            return self._nothing(reference, clause)
        if "" in values:
            return self._any_text(reference, clause)
        return self._list(reference, _TEXTS[clause.op], values, negate=clause.negate)

    def _any_text(self, reference: Reference, clause: Clause) -> Alternatives:
        """Translate a test that every text meets."""
        if clause.negate:
            return NEVER
        self.attributes.use(reference, "text")
        return ((self.present(reference),),)

    def _matches(self, reference: Reference, clause: Clause) -> Alternatives:
        self._use(reference, "text")
        found: dict[str, dict[str, None]] = {}
        for value in clause.values:
            tests = literal_tests(value) if isinstance(value, str) else []
            if tests is None:
                self.note("T011", self.words(clause))
                return self.fail(clause.place)
            for place, text in tests:
                found.setdefault(place, {})[text] = None
        if any("" in texts for place, texts in found.items() if place != "equals"):
            return self._any_text(reference, clause)
        found.get("equals", {}).pop("", None)
        parts = [
            self._list(reference, _PLACES[place], list(texts), negate=clause.negate)
            for place, texts in found.items()
            if texts
        ]
        if not parts:
            return self._nothing(reference, clause)
        if clause.negate:
            return conjoined(parts)
        return tuple(one for part in parts for one in part)

    def _number(self, reference: Reference, clause: Clause) -> Alternatives:
        self._use(reference, "number")
        values = [
            float(one)
            for one in clause.values
            if isinstance(one, int | float) and not isinstance(one, bool)
        ]
        return self._order(reference, clause, _NUMBERS[clause.op], values)

    def _date(self, reference: Reference, clause: Clause) -> Alternatives:
        self._use(reference, "seconds")
        self.issues.add("CC605", "Attributes", str(reference))
        found = [seconds_of(one) for one in clause.values]
        values = [one for one in found if one is not None]
        if len(values) < len(found):
            reason = "a clause compares with a text that is no date and time"
            self.invalid(reason, clause.place, "This value never matches.")
        return self._order(reference, clause, _DATES[clause.op], values)

    def _order(
        self,
        reference: Reference,
        clause: Clause,
        pair: tuple[str, str],
        values: Sequence[float],
    ) -> Alternatives:
        if not values:
            return self._nothing(reference, clause)
        self._note_several(values)
        decides = max if clause.op in _LARGEST_DECIDES else min
        comparator = pair[clause.negate]
        return ((UserCondition(reference.name, comparator, decides(values)),),)

    def _versions(self, clause: Clause) -> list[str]:
        found = [
            complete_version(one) if isinstance(one, str) else None
            for one in clause.values
        ]
        if None in found:
            reason = "a clause compares with a text that is no semantic version"
            self.invalid(reason, clause.place, "This value never matches.")
        return [one for one in found if one is not None]

    def _version(self, reference: Reference, clause: Clause) -> Alternatives:
        self._use(reference, "version")
        versions = self._versions(clause)
        if not versions:
            return self._nothing(reference, clause)
        self._note_several(versions)
        decides = max if clause.op in _LARGEST_DECIDES else min
        comparator = _VERSIONS[clause.op][clause.negate]
        version = decides(versions, key=version_rank)
        return ((UserCondition(reference.name, comparator, version),),)

    def _version_equal(self, reference: Reference, clause: Clause) -> Alternatives:
        self._use(reference, "version")
        versions = list(dict.fromkeys(self._versions(clause)))
        if not versions:
            return self._nothing(reference, clause)
        pair = ("semVerIsOneOf", "semVerIsNotOneOf")
        return self._pairs(reference.name, pair, versions, negate=clause.negate)

    def _nothing(self, reference: Reference, clause: Clause) -> Alternatives:
        """Translate a test that no value meets."""
        return ((self.present(reference),),) if clause.negate else NEVER

    def _use(self, reference: Reference, kind: AttributeType) -> None:
        self.attributes.use(reference, kind)

    def _note_several(self, values: Sequence[JsonValue]) -> None:
        if len(set(map(str, values))) > 1:
            self.issues.add("T014", "Rules", self.item)

    def _list(
        self,
        reference: Reference,
        pair: tuple[str, str],
        values: Sequence[str],
        *,
        negate: bool,
    ) -> Alternatives:
        """Compare with a list, whose keys of contexts are hashed."""
        is_equality = pair == _PLACES["equals"]
        hashes = is_equality and reference.is_key and self.options.hash_keys
        if hashes:
            pair = ("sensitiveIsOneOf", "sensitiveIsNotOneOf")
        longest = self.options.limit("maxComparisonValueListItemLength")
        long = [one for one in values if longest is not None and len(one) > longest]
        if not long:
            return self._pairs(reference.name, pair, values, negate=negate)
        if not is_equality:
            self.note("L006", self.environment, limit=longest)
            self.fail(self.environment)
            short = [one for one in values if one not in long]
            if negate:
                return NEVER
            return self._pairs(reference.name, pair, short, negate=False)
        short = [one for one in values if one not in long]
        found = self._pairs(reference.name, pair, short, negate=negate)
        comparators = ("textEquals", "textDoesNotEqual")
        if hashes:
            comparators = ("sensitiveTextEquals", "sensitiveTextDoesNotEqual")
        most = self.options.limit("maxComparisonValueLength")
        for text in long:
            if most is not None and len(text) > most:
                self.note("L004", self.environment, limit=most)
                self.fail(self.environment)
                if negate:
                    return NEVER
                continue
            one = UserCondition(reference.name, comparators[negate], text)
            found = conjoined([found, ((one,),)]) if negate else (*found, (one,))
        return found

    def _pairs(
        self, name: str, pair: tuple[str, str], values: Sequence[str], *, negate: bool
    ) -> Alternatives:
        """Compare with a list that may be too long for one condition."""
        most = self.options.limit("maxComparisonValueListLength")
        size = most or max(len(values), 1)
        if len(values) > size:
            self.issues.add("L005", "Rules", self.item, limit=size)
        conditions = tuple(
            UserCondition(name, pair[negate], tuple((one, None) for one in part))
            for part in _parts(values, size)
        )
        return (conditions,) if negate else tuple((one,) for one in conditions)


def _digits(value: float) -> str | None:
    """Return a whole number in the digits that all SDKs print; None for others."""
    is_whole = value == int(value) and abs(value) < _LONGEST_EXACT
    return str(int(value)) if is_whole else None


def _parts(values: Sequence[str], size: int) -> list[Sequence[str]]:
    return [values[start : start + size] for start in range(0, len(values), size)]
