"""Both vendors' SDKs serve the same values before and after an import."""

from collections import Counter
from functools import cache
from typing import Any, Final

import pytest

from configcat_mgmt.cli.launchdarkly.sdks import launchdarkly_sdk
from configcat_mgmt.jobs.launchdarkly import (
    Translation,
    TranslationOptions,
    generate_contexts,
    read_project,
    sdk_data,
    user_attributes,
)
from configcat_mgmt.jobs.launchdarkly.checking import is_same
from tests.jobs.launchdarkly.broken import DOCUMENTS, RESULTS, broken
from tests.jobs.launchdarkly.hostile import KINDS, hostile
from tests.jobs.launchdarkly.judge import Judge
from tests.jobs.launchdarkly.made import document as document_of
from tests.jobs.launchdarkly.made import evaluate, flag, rollout
from tests.jobs.launchdarkly.projects import ENVIRONMENTS, LIST_ATTRIBUTES, Maker

Json = Any

OPTIONS: Final = TranslationOptions(list_attributes=LIST_ATTRIBUTES)
CONTEXTS: Final = 150
MANY_CONTEXTS: Final = 1_800
"""Enough for 200,000 evaluations in all."""


@pytest.mark.parametrize(
    ("seed", "toggle", "segments"),
    [
        (1, "respect", "auto"),
        (2, "emulate", "helper"),
        (4, "respect", "helper"),
        (5, "emulate", "auto"),
    ],
)
def test_contexts_are_served_the_same_values(
    seed: int, toggle: Json, segments: Json
) -> None:
    options = TranslationOptions(
        list_attributes=LIST_ATTRIBUTES, toggle=toggle, segments=segments
    )
    maker = Maker(seed, plain_segments=segments == "auto")
    judge = Judge.of(maker.project(), options)
    assert bool(judge.translation.snapshot.segments) is (segments == "auto")
    found = judge.check(generate_contexts(judge.project, MANY_CONTEXTS, options, seed))
    assert found.evaluations == 14 * len(ENVIRONMENTS) * MANY_CONTEXTS
    assert list(map(str, found.differences)) == []
    assert found.by_percentage == 0


def test_who_has_no_bucket_is_served_the_same_value() -> None:
    judge = Judge.of(Maker(3, shares=True).project(), OPTIONS)
    contexts: list[Json] = [
        {"kind": "device", "key": f"{number}", "name": name}
        for number, name in enumerate(("a", "Acme", "b"))
    ]
    found = judge.check(contexts)
    assert (found.different, found.by_percentage) == (0, 0)


def test_shares_are_those_of_the_rollout() -> None:
    weights = (60_000, 25_000, 15_000)
    shares = flag(
        variations=("a", "b", "c"), fallthrough={"rollout": rollout(*weights)}
    )
    judge = Judge.of(document_of(shares), OPTIONS)
    found: Counter[object] = Counter()
    count = 4_000
    for number in range(count):
        found[evaluate(judge.translation, "flag", {"Identifier": f"u{number}"})] += 1
    for value, weight in zip("abc", weights, strict=True):
        share = weight / 100_000
        sigma = (share * (1 - share) * count) ** 0.5
        assert abs(found[value] - share * count) < 4 * sigma


@cache
def source() -> Json:
    """Return a project with what LaunchDarkly serves to many contexts."""
    document = Maker(3).project()
    project = read_project(document)
    contexts = list(generate_contexts(project, CONTEXTS, OPTIONS, 5))
    contexts += [context for _, context in hostile(contexts, 5)]
    kinds = [*[None] * CONTEXTS, *(kind for kind, _ in hostile(contexts[:CONTEXTS], 5))]
    values: Json = {}
    for environment in ENVIRONMENTS:
        with launchdarkly_sdk(sdk_data(document, environment)) as sdk:
            for number, context in enumerate(contexts):
                for one in project.flags:
                    place = environment, one.key, number
                    values[place] = sdk.evaluate(one.key, context).value
    return document, contexts, kinds, values


def differing(translation: Translation, *, is_hostile: bool) -> Counter[Json]:
    """Count the values that differ from LaunchDarkly's by the kind of the context."""
    _, contexts, kinds, values = source()
    users = [user_attributes(one, translation.attributes) for one in contexts]
    found: Counter[Json] = Counter()
    for (environment, key, number), wanted in values.items():
        if (kinds[number] is not None) is is_hostile:
            name = translation.keys.environments[environment]
            ours = translation.keys.flags[key]
            served = evaluate(translation, ours, users[number], name)
            found[kinds[number]] += not is_same(wanted, served)
    return +found


@pytest.mark.parametrize("mistake", [*DOCUMENTS, *RESULTS])
def test_a_broken_translator_is_noticed(mistake: str) -> None:
    document = source()[0]
    right = Judge.of(document, OPTIONS).translation
    assert differing(right, is_hostile=False) == Counter()
    wrong = broken(document, mistake, OPTIONS)
    assert differing(wrong, is_hostile=False)[None] > 0


def test_odd_attributes_make_known_differences_only() -> None:
    found = differing(Judge.of(source()[0], OPTIONS).translation, is_hostile=True)
    assert set(found) <= set(KINDS)
    assert sum(found.values()) > 0
