"""Compares LaunchDarkly projects with their imports, by both vendors' SDKs.

Run: python -m benchmarks.launchdarkly [PROFILE...], with the profiles clean, shares,
hostile, broken and size; all of them by default. `--evaluations N` limits the clean
profile.
"""

import argparse
import time
from collections import Counter
from itertools import cycle
from typing import Any, Final

from benchmarks.timing import report
from configcat_mgmt.jobs import NewProduct
from configcat_mgmt.jobs.launchdarkly import (
    CheckResult,
    TranslationOptions,
    generate_contexts,
    plan_import,
    read_project,
    translate,
)
from tests.jobs.launchdarkly.broken import DOCUMENTS, RESULTS, broken
from tests.jobs.launchdarkly.hostile import hostile
from tests.jobs.launchdarkly.judge import Judge
from tests.jobs.launchdarkly.projects import LIST_ATTRIBUTES, Maker

Json = Any

CLEAN: Final = 2_000_000
CONTEXTS: Final = 2_000
MODES: Final = (
    ("respect", "auto"),
    ("respect", "helper"),
    ("emulate", "auto"),
    ("emulate", "helper"),
)


def options(number: int = 0) -> TranslationOptions:
    """Return the options of a project, which take turns."""
    toggle, segments = MODES[number % len(MODES)]
    named: Json = {"toggle": toggle, "segments": segments}
    return TranslationOptions(list_attributes=LIST_ATTRIBUTES, **named)


def clean(evaluations: int) -> None:
    """Evaluate projects without percentages: nothing may differ."""
    found, seed, segments = CheckResult(), 0, 0
    while found.evaluations < evaluations:
        chosen = options(seed)
        judge = Judge.of(Maker(seed).project(), chosen)
        segments += len(judge.translation.snapshot.segments)
        contexts = generate_contexts(judge.project, CONTEXTS, chosen, seed)
        found += judge.check(contexts)
        seed += 1
    report(
        "clean profile",
        projects=seed,
        native_segments=segments,
        evaluations=found.evaluations,
        different=found.different,
    )
    for one in found.differences:
        print(one)
    assert not found.different


def shares(projects: int = 20) -> None:
    """Evaluate projects with percentages; only flags that depend on them may differ.

    Contexts without any bucket attribute have to be served the same.
    """
    found, missing = CheckResult(), CheckResult()
    for seed in range(projects):
        chosen = options(seed)
        judge = Judge.of(Maker(seed, shares=True).project(), chosen)
        found += judge.check(generate_contexts(judge.project, 500, chosen, seed))
        nobody: Json = [
            {"kind": "device", "key": str(number), "name": "Acme"}
            for number in range(9)
        ]
        missing += judge.check(nobody)
    report(
        "shares",
        projects=projects,
        evaluations=found.evaluations,
        different=found.different,
        by_percentage=found.by_percentage,
        without_bucket=missing.evaluations,
        without_bucket_different=missing.different + missing.by_percentage,
    )
    assert found.different == missing.different == missing.by_percentage == 0


def odd(projects: int = 10) -> None:
    """Evaluate contexts with one odd attribute, and count differences by its kind."""
    counts: Counter[str] = Counter()
    evaluations = 0
    for seed in range(projects):
        chosen = options(seed)
        judge = Judge.of(Maker(seed).project(), chosen)
        contexts = list(generate_contexts(judge.project, 600, chosen, seed))
        by_kind: dict[str, list[Json]] = {}
        for kind, context in hostile(contexts, seed):
            by_kind.setdefault(kind, []).append(context)
        for kind, group in by_kind.items():
            found = judge.check(group)
            evaluations += found.evaluations
            counts[kind] += found.different
    different = {kind.replace(" ", "_"): count for kind, count in counts.items()}
    report("hostile profile", evaluations=evaluations, **different)


def mistakes() -> None:
    """Evaluate translators with one mistake each: all of them have to be noticed."""
    document = Maker(3).project()
    chosen = options()
    judge = Judge.of(document, chosen)
    contexts = list(generate_contexts(judge.project, 200, chosen, 3))
    noticed: dict[str, int] = {}
    for mistake in (*DOCUMENTS, *RESULTS):
        found = judge.compare(contexts, broken(document, mistake, chosen))
        noticed[mistake.replace(" ", "_")] = found.different
    report("broken translators", **noticed)
    assert all(noticed.values())


def size(flags: int = 500, environments: int = 6, segments: int = 60) -> None:
    """Translate and plan a large project."""
    document = Maker(1).project(flags, segments)
    names = [f"environment-{number}" for number in range(environments)]
    for one in document["flags"]:
        configs = list(one["environments"].values())
        one["environments"] = dict(zip(names, cycle(configs), strict=False))
    groups = list(document["segments"].values())
    document["segments"] = dict(zip(names, cycle(groups), strict=False))
    document["environments"] = [{"key": name, "name": name} for name in names]
    began = time.process_time()
    translation = translate(read_project(document), options())
    translated = time.process_time()
    target = NewProduct("https://api.configcat.com", "Acme", "Shop")
    plan = plan_import(translation, target)
    report(
        "size",
        flags=flags,
        environments=environments,
        segments=segments,
        settings=len(translation.snapshot.configs[0].settings),
        steps=len(plan.steps),
        translate_seconds=round(translated - began, 2),
        plan_seconds=round(time.process_time() - translated, 2),
    )


def main() -> None:
    """Run the chosen profiles."""
    parser = argparse.ArgumentParser(description=__doc__)
    names = ("clean", "shares", "hostile", "broken", "size")
    parser.add_argument("profiles", nargs="*", metavar="PROFILE")
    parser.add_argument("--evaluations", type=int, default=CLEAN)
    given = parser.parse_args()
    chosen = given.profiles or names
    if "size" in chosen:
        size()
    if "broken" in chosen:
        mistakes()
    if "hostile" in chosen:
        odd()
    if "shares" in chosen:
        shares()
    if "clean" in chosen:
        clean(given.evaluations)


if __name__ == "__main__":
    main()
