"""Translators with one mistake each, made by changing what they are given."""

from collections.abc import Callable, Iterator, Mapping
from copy import deepcopy
from typing import Any, Final

import attrs

from configcat_mgmt.jobs.launchdarkly import (
    Translation,
    TranslationOptions,
    read_project,
    translate,
)
from configcat_mgmt.jobs.model.snapshot import Snapshot, UserCondition

Json = Any


def configs(document: Json) -> Iterator[Json]:
    """Yield all flags in all environments."""
    for flag in document["flags"]:
        yield from flag["environments"].values()


def segments(document: Json) -> Iterator[Json]:
    """Yield all segments."""
    for found in document["segments"].values():
        yield from found


def clauses(document: Json) -> Iterator[Json]:
    """Yield all clauses of flags and segments."""
    for one in (*configs(document), *segments(document)):
        for rule in one["rules"]:
            yield from rule["clauses"]


def without_prerequisites(document: Json) -> None:
    for config in configs(document):
        config["prerequisites"] = []


def without_negation(document: Json) -> None:
    for clause in clauses(document):
        clause["negate"] = False


def exclusion_first(document: Json) -> None:
    for segment in segments(document):
        excluded = set(segment["excluded"])
        segment["included"] = [k for k in segment["included"] if k not in excluded]


def segments_by_key_alone(document: Json) -> None:
    first = next(iter(document["segments"].values()))
    document["segments"] = dict.fromkeys(document["segments"], first)


def first_value_only(document: Json) -> None:
    for clause in clauses(document):
        clause["values"] = clause["values"][:1]


def disabled_rules_active(document: Json) -> None:
    for config in configs(document):
        for rule in config["rules"]:
            rule["disabled"] = False


def off_as_on(document: Json) -> None:
    for config in configs(document):
        config["on"] = True


def without_context_targets(document: Json) -> None:
    for config in configs(document):
        config["contextTargets"] = []


def kinds_as_users(document: Json) -> None:
    for config in configs(document):
        for target in config["contextTargets"]:
            target["contextKind"] = "user"
        config["targets"] += config.pop("contextTargets")


DOCUMENTS: Final[Mapping[str, Callable[[Json], None]]] = {
    "prerequisites dropped": without_prerequisites,
    "negation ignored": without_negation,
    "exclusion before inclusion": exclusion_first,
    "segments by key alone": segments_by_key_alone,
    "first value only": first_value_only,
    "disabled rules active": disabled_rules_active,
    "off as on": off_as_on,
    "context targets ignored": without_context_targets,
    "other kinds as users": kinds_as_users,
}
"""Mistakes in the source."""


def in_milliseconds(translation: Translation) -> Translation:
    """Let the application send dates as LaunchDarkly has them."""
    rows = [
        attrs.evolve(
            row, types=tuple({"text" if t == "seconds" else t for t in row.types})
        )
        for row in translation.attributes
    ]
    return attrs.evolve(translation, attributes=tuple(rows))


def one_spelling_of_true(translation: Translation) -> Translation:
    """Compare truth values with `true` and `false` alone."""
    return attrs.evolve(
        translation, snapshot=_changed(translation.snapshot, _without_capitals)
    )


RESULTS: Final[Mapping[str, Callable[[Translation], Translation]]] = {
    "milliseconds": in_milliseconds,
    "one spelling of true": one_spelling_of_true,
}
"""Mistakes in the result."""


def broken(document: Json, mistake: str, options: TranslationOptions) -> Translation:
    """Translate with a mistake."""
    changed = deepcopy(document)
    if mistake in DOCUMENTS:
        DOCUMENTS[mistake](changed)
        return translate(read_project(changed), options)
    return RESULTS[mistake](translate(read_project(changed), options))


def _without_capitals(condition: UserCondition) -> UserCondition:
    value = condition.value
    if not isinstance(value, tuple):
        return condition
    kept = tuple(one for one in value if one[0] not in ("True", "False"))
    return attrs.evolve(condition, value=kept)


def _changed(
    snapshot: Snapshot, change: Callable[[UserCondition], UserCondition]
) -> Snapshot:
    def formula(found: Json) -> Json:
        rules = tuple(
            attrs.evolve(
                rule,
                conditions=tuple(
                    change(one) if isinstance(one, UserCondition) else one
                    for one in rule.conditions
                ),
            )
            for rule in found.rules
        )
        return attrs.evolve(found, rules=rules)

    configs = [
        attrs.evolve(
            config,
            settings=tuple(
                attrs.evolve(
                    one,
                    values={
                        name: attrs.evolve(value, targeting=formula(value.targeting))
                        for name, value in one.values.items()
                    },
                )
                for one in config.settings
            ),
        )
        for config in snapshot.configs
    ]
    return attrs.evolve(snapshot, configs=tuple(configs))
