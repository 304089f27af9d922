"""Small LaunchDarkly projects, written as the REST API shows them."""

from typing import Any, Final

from configcat_mgmt.jobs import Formula, Setting
from configcat_mgmt.jobs.launchdarkly import (
    Translation,
    TranslationOptions,
    read_project,
    translate,
)
from configcat_mgmt.jobs.model.snapshot import (
    Condition,
    PrerequisiteCondition,
    Snapshot,
    UserCondition,
)
from tests.evaluator.attributes import CannotEvaluateError, attribute_of
from tests.evaluator.comparisons import compare, compare_v1
from tests.evaluator.evaluation import bucket

Json = Any

ENVIRONMENT: Final = "production"
NAME: Final = "Production"


def document(*flags: Json, segments: Json = (), **members: Json) -> Json:
    """Return an export with one environment."""
    return {
        "format": "launchdarkly-export",
        "version": 1,
        "host": "https://app.launchdarkly.com",
        "api_version": "20240415",
        "taken_at": "2026-11-01T00:00:00+00:00",
        "project": {"key": "shop", "name": "Shop"},
        "environments": [{"key": ENVIRONMENT, "name": NAME}],
        "flags": list(flags),
        "segments": {ENVIRONMENT: list(segments)},
        **members,
    }


def flag(
    key: str = "flag",
    *,
    variations: Json = (True, False),
    about: Json = None,
    **config: Json,
) -> Json:
    """Return a flag that is on and serves its last variation unless a rule says else.

    Args:
        key: Its key.
        variations: Its values.
        about: Further members of the flag.
        config: Further members of the flag in the environment.
    """
    last = len(variations) - 1
    return {
        "key": key,
        "name": key.title(),
        "kind": "boolean" if variations == (True, False) else "multivariate",
        "variations": [{"value": value} for value in variations],
        "environments": {
            ENVIRONMENT: {
                "on": True,
                "salt": "s",
                "offVariation": last,
                "fallthrough": {"variation": last},
                **config,
            }
        },
        **(about or {}),
    }


def rule(*clauses: Json, variation: int = 0, **members: Json) -> Json:
    """Return a rule; with a rollout if `rollout` is given."""
    served = {} if "rollout" in members else {"variation": variation}
    return {"_id": "r", "clauses": list(clauses), **served, **members}


def clause(
    attribute: str, op: str, *values: Json, negate: bool = False, kind: str = "user"
) -> Json:
    """Return a clause."""
    return {
        "attribute": attribute,
        "op": op,
        "values": list(values),
        "negate": negate,
        "contextKind": kind,
    }


def in_segment(*keys: str, negate: bool = False) -> Json:
    """Return a clause about segments."""
    return clause("segmentMatch", "segmentMatch", *keys, negate=negate)


def rollout(*weights: int, **members: Json) -> Json:
    """Return a rollout by weights of the variations in their order."""
    entries = [{"variation": n, "weight": weight} for n, weight in enumerate(weights)]
    return {"variations": entries, **members}


def segment(key: str = "vip", **members: Json) -> Json:
    """Return a segment."""
    return {"key": key, "name": key.upper(), "rules": [], **members}


def translated(*flags: Json, groups: Json = (), **options: Json) -> Translation:
    """Translate flags of one environment; `groups` are its segments."""
    project = read_project(document(*flags, segments=groups))
    return translate(project, TranslationOptions(**options))


def codes(translation: Translation) -> set[str]:
    """Return the codes of the issues."""
    return {one.code for one in translation.issues}


def setting(translation: Translation, key: str = "flag") -> Setting:
    """Return a setting."""
    (found,) = [
        one
        for config in translation.snapshot.configs
        for one in config.settings
        if one.key == key
    ]
    return found


def formula(translation: Translation, key: str = "flag", name: str = NAME) -> Formula:
    """Return the value of a setting."""
    found = setting(translation, key).values[name].targeting
    assert isinstance(found, Formula)
    return found


def served(translation: Translation, key: str = "flag", **user: object) -> object:
    """Evaluate a setting by ConfigCat's documentation.

    Args:
        translation: The translation.
        key: The setting.
        user: Attributes; `user` and `organization` stand for the keys of these kinds.
    """
    names = {"user": "Identifier", "organization": "organization:key"}
    attributes = {names.get(name, name): value for name, value in user.items()}
    return evaluate(translation, key, attributes)


def evaluate(
    translation: Translation, key: str, user: dict[str, object], name: str = NAME
) -> object:
    """Evaluate a setting in an environment by ConfigCat's documentation."""
    return _Evaluator(translation.snapshot, user, name).value(key)


class _Evaluator:
    def __init__(self, snapshot: Snapshot, user: dict[str, object], name: str) -> None:
        self._name = name
        self._settings = {
            one.key: one for config in snapshot.configs for one in config.settings
        }
        self._segments = {one.name: one for one in snapshot.segments}
        self._user = user

    def value(self, key: str) -> object:
        found = self._settings[key].values[self._name].targeting
        assert isinstance(found, Formula)
        for one in found.rules:
            if not all(map(self._holds, one.conditions)):
                continue
            if one.value is not None:
                return one.value
            name = found.percentage_attribute or "Identifier"
            if self._user.get(name) is None:
                continue
            place = bucket(key, self._user[name])
            for option in one.percentage_options:
                place -= option.percentage
                if place < 0:
                    return option.value
        return found.default

    def _holds(self, condition: Condition) -> bool:
        if isinstance(condition, PrerequisiteCondition):
            is_equal = self.value(condition.setting) == condition.value
            return is_equal is (condition.comparator == "equals")
        if isinstance(condition, UserCondition):
            wanted: Json = condition.value
            if isinstance(wanted, tuple):
                wanted = [item for item, _ in wanted]
            return self._compare(condition.attribute, condition.comparator, wanted)
        one = self._segments[condition.segment]
        try:
            attribute = attribute_of(self._user, one.attribute)
            is_in = compare_v1(one.comparator, attribute, one.comparison)
        except CannotEvaluateError:
            return False
        return is_in is (condition.comparator == "isIn")

    def _compare(self, name: str, comparator: str, wanted: Json) -> bool:
        try:
            return compare(comparator, attribute_of(self._user, name), wanted)
        except CannotEvaluateError:
            return False
