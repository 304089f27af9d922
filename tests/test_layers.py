"""Who imports whom: only along the arrows listed here, and never in a circle.

Imports for type checkers and imports inside functions count like all others.
"""

import sys
from collections.abc import Iterable, Mapping
from typing import Final

import pytest

from tests.every import every
from tests.imports_read import circle, modules

MODULES: Final = modules()

GROUND: Final = (
    "errors",
    "shortage",
    "unset",
    "version",
    "json_value",
    "enums",
    "lazy",
    "task_group",
    "model_repr",
    "texts",
    "gc_pause",
    "clock",
    "checked",
)
"""Everything may import these, and each of them only those before it."""

ALLOWED: Final[Mapping[str, tuple[str, ...]]] = {
    "api": (),
    "api.models": ("api.models.common",),
    "api.model_index": ("api.models",),
    "api.operations": ("api.models", "core.operation"),
    "api.operation_index": ("core.operation", "core.operation_table"),
    "api.path_index": (),
    "api.aio": ("api.models", "api.operations", "core.operation", "core.pages"),
    "api.aio.groups": ("api.aio", "core.operation"),
    "api.sync": ("api.aio", "api.models", "core.operation", "core.pages", "portal"),
    "api.sync.groups": ("api.aio.groups", "api.sync", "portal"),
    "core": (),
    "core.codec": ("core.codec",),
    "core.json_text": (),
    "core.arguments": ("core.auth", "core.codec.scalars", "core.operation"),
    "core.exchange": ("core.auth", "core.operation"),
    "core.http": (
        "core.auth",
        "core.exchange",
        "core.http",
        "core.lifetime",
        "core.options",
    ),
    "core.options": (
        "core.arguments",
        "core.auth",
        "core.codec.scalars",
        "core.hooks",
        "core.pacing.fleet.redis_pace",
        "core.pacing.limits",
        "core.proxy",
    ),
    "core.pacing": ("core.hooks", "core.pacing", "core.rate_limit_policy"),
    "core.pacing.fleet": ("core.auth", "core.hooks", "core.pacing"),
    "core.operation_table": ("core.operation",),
    "core.pages": ("core.operation",),
    "core.retry": (
        "core.exchange",
        "core.options",
        "core.pacing.quota",
        "core.rate_limit_policy",
    ),
    "core.base_url": ("core.auth",),
    "core.proxy": ("core.auth", "core.base_url"),
    "core.redirect": ("core.exchange",),
    "core.request": (
        "core.arguments",
        "core.auth",
        "core.codec.encode",
        "core.codec.problems",
        "core.json_text",
        "core.exchange",
        "core.operation",
    ),
    "core.response": (
        "core.auth",
        "core.exchange",
        "core.pacing.quota",
        "core.rate_limit_policy",
        "core.retry",
    ),
    "core.decode_response": (
        "core.codec",
        "core.exchange",
        "core.hal",
        "core.hooks",
        "core.json_text",
        "core.operation",
        "core.response",
    ),
    "core.pipeline": (
        "core.decode_response",
        "core.exchange",
        "core.hooks",
        "core.http.transport",
        "core.lifetime",
        "core.operation",
        "core.options",
        "core.pacing",
        "core.rate_limit_policy",
        "core.request",
        "core.response",
        "core.retry",
    ),
    "models": ("api.model_index",),
    "values": ("api.model_index", "core.codec.problems"),
    "json_patch": ("api.model_index", "core.codec.encode", "core.codec.problems"),
    "webhooks": ("core.json_text",),
    "endpoints": ("api.path_index",),
    "lookup": ("api.operation_index", "core", "endpoints"),
    "value_change": (
        "api.model_index",
        "core.codec",
        "core.exchange",
        "values",
    ),
    "client": (
        "api.aio.groups",
        "api.model_index",
        "core",
        "endpoints",
        "lookup",
        "value_change",
    ),
    "portal": (),
    "sync": (
        "api.model_index",
        "api.aio.groups",
        "api.sync.groups",
        "client",
        "core",
        "portal",
        "value_change",
    ),
    "emulator": ("emulator",),
    "emulator.domain": (
        "api.model_index",
        "core.codec.decode",
        "core.codec.encode",
        "core.codec.problems",
        "core.codec.schema",
        "emulator.domain",
    ),
    "emulator.views": ("api.model_index", "emulator.domain", "emulator.views"),
    "emulator.handlers": (
        "api.model_index",
        "api.operations",
        "core.operation",
        "emulator.domain",
        "emulator.handlers",
        "emulator.views",
    ),
    "emulator.published": ("api.model_index", "emulator.domain", "emulator.published"),
    "emulator.seeding": (
        "api.model_index",
        "emulator.domain",
        "emulator.handlers",
        "emulator.seeding",
        "values",
    ),
    "emulator.storage": (
        "api.model_index",
        "core.codec.problems",
        "core.codec.scalars",
        "core.json_text",
        "emulator.domain",
        "emulator.storage",
        "files",
    ),
    "emulator.server": (
        "api.operation_index",
        "core.codec.decode",
        "core.codec.encode",
        "core.codec.problems",
        "core.json_text",
        "core.operation",
        "emulator.domain",
        "emulator.handlers.registry",
        "emulator.published",
        "emulator.server",
    ),
    "files": (),
    "jobs": ("jobs",),
    "jobs.model": (
        "api.model_index",
        "core.codec.scalars",
        "core.json_text",
        "files",
        "jobs.model",
    ),
    "jobs.issues": ("jobs.issues", "jobs.model"),
    "jobs.journal": (
        "files",
        "jobs.journal",
    ),
    "jobs.compare": ("jobs.compare", "jobs.model"),
    "jobs.planning": (
        "api.operation_index",
        "core.json_text",
        "core.pacing.limits",
        "files",
        "jobs.compare",
        "jobs.issues",
        "jobs.model",
        "jobs.planning",
    ),
    "jobs.snapshotting": (
        "api.model_index",
        "client",
        "core.codec.decode",
        "core.codec.encode",
        "core.codec.schema",
        "core.json_text",
        "core.operation",
        "jobs.model",
        "jobs.snapshotting",
        "values",
    ),
    "jobs.planners": (
        "jobs.compare",
        "jobs.issues",
        "jobs.model",
        "jobs.planners",
        "jobs.planning",
        "jobs.snapshotting",
    ),
    "jobs.applying": (
        "api.model_index",
        "api.operation_index",
        "client",
        "core.codec.decode",
        "core.hooks",
        "files",
        "jobs.applying",
        "jobs.compare",
        "jobs.issues",
        "jobs.journal",
        "jobs.model",
        "jobs.planning",
        "jobs.snapshotting",
    ),
    "jobs.verifying": (
        "api.model_index",
        "client",
        "jobs.applying.report",
        "jobs.compare",
        "jobs.issues.open_requests",
        "jobs.model",
        "jobs.snapshotting",
        "jobs.verifying",
    ),
    "jobs.exporting": (
        "api.model_index",
        "client",
        "core.codec",
        "core.json_text",
        "core.pages",
        "files",
        "jobs.exporting",
        "jobs.snapshotting",
    ),
    "jobs.bulk": (
        "api.operation_index",
        "client",
        "core.codec.decode",
        "core.codec.encode",
        "core.options",
        "core.pipeline",
        "core.operation",
        "jobs.applying",
        "jobs.bulk",
        "jobs.compare",
        "jobs.journal",
        "lookup",
        "sync",
    ),
    "jobs.report": (
        "api.model_index",
        "files",
        "jobs.applying.report",
        "jobs.compare",
        "jobs.issues",
        "jobs.model",
        "jobs.planning",
        "jobs.report",
        "jobs.snapshotting.stale",
        "jobs.verifying.plan_effects",
    ),
    "jobs.organizations": (
        "api.model_index",
        "client",
        "core.json_text",
        "files",
        "jobs.issues",
        "jobs.journal.lock",
        "jobs.model",
        "jobs.organizations",
        "jobs.snapshotting",
    ),
    "jobs.launchdarkly": (
        "core.auth",
        "core.base_url",
        "core.codec.scalars",
        "core.exchange",
        "core.http",
        "core.json_text",
        "core.options",
        "core.pacing.quota",
        "core.pipeline",
        "core.proxy",
        "core.rate_limit_policy",
        "files",
        "jobs.issues",
        "jobs.journal.lock",
        "jobs.launchdarkly",
        "jobs.model",
        "jobs.planning",
    ),
    "jobs.folder": (
        "core.json_text",
        "files",
        "jobs.applying",
        "jobs.journal",
        "jobs.model",
        "jobs.planning",
    ),
    "jobs.blocking": (
        "api.model_index",
        "jobs",
        "sync",
    ),
    "cli": ("cli.app",),
    "cli.app": ("cli.examples", "cli.terminal"),
    "cli.examples": (),
    "cli.terminal": ("cli.terminal",),
    "cli.options": (
        "=jobs",
        "cli.options",
        "cli.terminal",
        "client",
        "core.auth",
        "core.base_url",
        "core.json_text",
        "core.options",
        "core.pacing.limits",
    ),
    "cli.job": (
        "=jobs",
        "api.operation_index",
        "cli.job",
        "cli.options",
        "cli.terminal",
        "core.pacing.limits",
    ),
    "cli.bulk": (
        "=jobs",
        "cli.bulk",
        "cli.terminal",
        "core.pacing.limits",
        "files",
    ),
    "cli.launchdarkly": (
        "=jobs",
        "=jobs.launchdarkly",
        "cli.job",
        "cli.launchdarkly",
        "cli.options",
        "cli.terminal",
        "client",
        "core.json_text",
        "core.options",
        "emulator",
        "files",
    ),
    "cli.commands": (
        "=jobs",
        "api.model_index",
        "api.operation_index",
        "cli.bulk",
        "cli.commands",
        "cli.job",
        "cli.options",
        "cli.terminal",
        "client",
        "core.auth",
        "core.codec.decode",
        "core.codec.encode",
        "core.json_text",
        "core.operation",
        "core.pacing.quota",
        "emulator",
        "files",
    ),
    "cli.demo": (
        "=jobs",
        "=jobs.launchdarkly",
        "cli.demo",
        "cli.job",
        "cli.launchdarkly",
        "cli.options.files",
        "cli.terminal",
        "client",
        "core.options",
        "emulator",
        "files",
    ),
    "__main__": ("cli",),
    "pytest_plugin": ("client", "core.options", "emulator", "sync"),
    "codegen": ("codegen",),
    "docs": (
        "=jobs",
        "api.operation_index",
        "cli.app",
        "core.operation",
        "core.options",
        "docs",
    ),
    "docs.pictures": ("emulator",),
}
"""What the modules of an area may import besides the ground; the longest name counts.

A name after `=` allows that module alone, and not those in it: the command line takes
jobs from their public face.
The face of the package, its `__init__`, may import anything, and nothing imports it.
"""

OUTSIDE: Final[Mapping[str, tuple[str, ...]]] = {
    "aiohttp": ("core.http.transport", "core.http.attempt", "core.options", "emulator"),
    "aiolimiter": ("core.pacing.turnstile",),
    "attrs": (
        "api",
        "core",
        "client",
        "webhooks",
        "emulator",
        "jobs",
        "cli",
        "model_repr",
        "checked",
        "docs",
    ),
    "cattrs": ("core.codec", "emulator.storage", "jobs.model.serialization"),
    "click": ("cli", "docs"),
    "configcatclient": ("cli.demo", "cli.launchdarkly"),
    "jinja2": ("jobs.report",),
    "markupsafe": ("jobs.report",),  # Comes with jinja2.
    "ldclient": ("cli.launchdarkly",),
    "multidict": ("core.http.transport",),
    "orjson": ("core.json_text",),
    "pdoc": ("docs",),
    "rich": ("cli", "docs.pictures"),
    "pytest": ("pytest_plugin",),
    "yarl": ("core.http.transport",),
}
"""Which areas may import what is not of the standard library."""

NO_CLOCK_OR_NETWORK: Final = (
    "core.arguments core.codec.decode core.codec.encode "
    "core.codec.hooks core.exchange core.hal core.rate_limit_policy "
    "core.pacing.ledger core.operation core.codec.problems core.pacing.quota "
    "core.decode_response core.request core.response core.retry core.codec.scalars "
    "core.codec.schema api codegen errors enums unset values json_patch"
)
"""Areas of which every function only makes values of values."""


def within(name: str, areas: Iterable[str]) -> bool:
    """Whether a module is one of the areas, or in one that stands without `=`."""
    return any(
        name == area.removeprefix("=") or name.startswith(f"{area}.") for area in areas
    )


def area_of(name: str) -> str | None:
    """Return the area with rules of its own that a module belongs to."""
    areas = [area for area in ALLOWED if within(name, [area])]
    return max(areas, key=len, default=None)


def test_every_module_belongs_to_an_area() -> None:
    named = [name for name in MODULES if name and name not in GROUND]
    assert [name for name in named if area_of(name) is None] == []


def test_modules_import_only_along_the_arrows() -> None:
    stray = [
        f"{module.name} -> {target}"
        for module in MODULES.values()
        if module.name
        for target in sorted(module.inside)
        if not within(target, allowed_imports(module.name))
    ]
    assert stray == []


def allowed_imports(name: str) -> tuple[str, ...]:
    """Return the areas that a module may import."""
    if name in GROUND:
        return GROUND[: GROUND.index(name)]
    return (*ALLOWED[area_of(name) or ""], *GROUND)


def test_modules_import_libraries_only_where_they_belong() -> None:
    stray = [
        f"{module.name} -> {target}"
        for module in MODULES.values()
        if module.name
        for target in sorted(module.outside - sys.stdlib_module_names)
        if not within(module.name, OUTSIDE.get(target, ()))
    ]
    assert stray == []


def test_no_imports_run_in_a_circle() -> None:
    graph = {name: module.inside for name, module in MODULES.items() if name}
    assert circle(graph) == []


@pytest.mark.parametrize("package", ["cli", "core", "emulator", "jobs"])
def test_no_folders_of_a_package_import_each_other_in_a_circle(package: str) -> None:
    folders: dict[str, set[str]] = {}
    for name, module in MODULES.items():
        if within(name, [package]) and name != package:
            inside = {folder_of(other) for other in module.inside if other != package}
            folders.setdefault(folder_of(name), set()).update(inside)
    graph = {
        name: frozenset(others - {name})
        for name, others in folders.items()
        if within(name, [package])
    }
    assert len(graph) > 1
    assert circle(graph) == []


def folder_of(name: str) -> str:
    """Return the folder, or the single module, that holds a module of a package."""
    return ".".join(name.split(".")[:2])


def test_the_command_line_takes_jobs_from_their_public_face() -> None:
    taken = {
        other
        for name, module in MODULES.items()
        if within(name, ["cli"])
        for other in module.inside
        if within(other, ["jobs"])
    }
    assert taken == {"jobs", "jobs.launchdarkly"}


def test_a_circle_is_found_where_there_is_one() -> None:
    graph = {"a": frozenset({"b"}), "b": frozenset({"c", "d"}), "c": frozenset({"a"})}
    assert circle(graph) == ["a", "b", "c", "a"]
    assert circle({"a": frozenset({"a"})}) == ["a", "a"]
    assert circle({"a": frozenset({"b", "c"}), "b": frozenset({"c"})}) == []


def test_models_of_groups_import_no_other_group() -> None:
    names = [name for name in MODULES if within(name, ["api.models"])]
    for name in names:
        others = {other for other in MODULES[name].inside if within(other, names)}
        assert others <= {"api.models.common"}
    assert not within("api.models.common", MODULES["api.models.common"].inside)


def test_nothing_imports_the_generator() -> None:
    outer = [m for name, m in MODULES.items() if not within(name, ["codegen"])]
    assert [
        m.name for m in outer if any(within(i, ["codegen"]) for i in m.inside)
    ] == []


@every("area", NO_CLOCK_OR_NETWORK.split())
def test_pure_modules_import_neither_clock_nor_network(area: str) -> None:
    found = [module for name, module in MODULES.items() if within(name, [area])]
    assert found
    for module in found:
        impure = {"aiohttp", "asyncio", "socket", "threading", "time"}
        assert impure & module.outside == set(), module.name


def test_every_area_with_arrows_exists() -> None:
    missing = [area for area in ALLOWED if area not in MODULES]
    assert missing == []
