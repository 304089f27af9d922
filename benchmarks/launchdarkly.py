"""Compares LaunchDarkly projects with their imports, by both vendors' SDKs.

Run: python -m benchmarks.launchdarkly [PROFILE...], with the profiles clean, shares,
hostile, broken, size and kills; all of them by default. `--evaluations N` limits the
clean profile, and `--kills N` the kills.
"""

import argparse
import signal
import subprocess
import time
from collections import Counter
from itertools import cycle
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from threading import Timer
from typing import Any, Final

from benchmarks.timing import report
from configcat_mgmt.emulator import Emulator
from configcat_mgmt.jobs import NewProduct
from configcat_mgmt.jobs.launchdarkly import (
    CheckResult,
    TranslationOptions,
    generate_contexts,
    plan_import,
    read_project,
    translate,
)
from tests.cli.here import command, process_environment
from tests.jobs.launchdarkly.broken import DOCUMENTS, RESULTS, broken
from tests.jobs.launchdarkly.fake import TOKEN, FakeLaunchDarkly, serving
from tests.jobs.launchdarkly.hostile import hostile
from tests.jobs.launchdarkly.judge import Judge
from tests.jobs.launchdarkly.projects import LIST_ATTRIBUTES, Maker

Json = Any

CLEAN: Final = 2_000_000
CONTEXTS: Final = 2_000
KILLS: Final = 100
SETTINGS: Final = 20
"""Settings that the project of the kills becomes."""
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
        plain = seed % len(MODES) == 0
        judge = Judge.of(Maker(seed, plain_segments=plain).project(), chosen)
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


def kills(count: int) -> None:
    """Kill imports while they read, plan and apply, and resume each of them."""
    random = Random(1)
    killed = requests = 0
    with serving(Maker(3).project()) as fake:
        total = 0
        for number in range(count + 1):
            with Emulator(rate_policy=None) as emulator, TemporaryDirectory() as folder:
                fatal = random.randint(1, total) if number else 0
                run = _Run(fake, emulator, folder, fatal, random.uniform(0, 0.02))
                killed += run.first()
                assert run.again() == 0
                total = total or run.seen
                (product,) = emulator.state.products.values()
                (config,) = product.config_ids
                settings = emulator.state.configs[config].setting_ids
                assert len(settings) == SETTINGS, len(settings)
                assert len(list(Path(folder).iterdir())) == 1
                requests += run.seen
    report("kills", runs=count, killed=killed, calls=requests, lost=0, twice=0)


class _Run:
    """One import, which is killed after a number of calls to either service."""

    def __init__(
        self,
        fake: FakeLaunchDarkly,
        emulator: Emulator,
        folder: str,
        fatal: int,
        delay: float,
    ) -> None:
        self.seen = 0
        self._fatal, self._delay, self._folder = fatal, delay, folder
        self._process: subprocess.Popen[bytes] | None = None
        self._environment = {
            **process_environment(emulator),
            "LAUNCHDARKLY_API_HOST": fake.address,
            "LAUNCHDARKLY_ACCESS_TOKEN": TOKEN,
        }
        fake.before = lambda _, __: self._count()
        emulator.observe(lambda _: self._count())

    def first(self) -> bool:
        """Run until the kill; tell whether there was one."""
        return self._run() == -signal.SIGKILL

    def again(self) -> int:
        """Run to the end, and return the exit code."""
        self._fatal = 0
        return self._run()

    def _run(self) -> int:
        arguments = ("--project", "shop", "--list-attribute", LIST_ATTRIBUTES[0])
        how = ("--job", "job", "--linger", "0", "--rate", "off", "--yes")
        with subprocess.Popen(
            command("import", "launchdarkly", *arguments, *how),
            cwd=self._folder,
            env=self._environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        ) as self._process:
            return self._process.wait()

    def _count(self) -> None:
        self.seen += 1
        if self.seen == self._fatal and self._process is not None:
            Timer(self._delay, self._process.kill).start()


def main() -> None:
    """Run the chosen profiles."""
    parser = argparse.ArgumentParser(description=__doc__)
    names = ("clean", "shares", "hostile", "broken", "size", "kills")
    parser.add_argument("profiles", nargs="*", metavar="PROFILE")
    parser.add_argument("--evaluations", type=int, default=CLEAN)
    parser.add_argument("--kills", type=int, default=KILLS)
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
    if "kills" in chosen:
        kills(given.kills)
    if "clean" in chosen:
        clean(given.evaluations)


if __name__ == "__main__":
    main()
