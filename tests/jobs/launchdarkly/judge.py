"""Imports projects into an emulator, and evaluates both sides with both SDKs."""

import asyncio
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import attrs

from configcat_mgmt import AsyncManagementClient, Options
from configcat_mgmt.cli.launchdarkly.sdks import configcat_sdk, launchdarkly_sdk
from configcat_mgmt.emulator import Emulator
from configcat_mgmt.jobs import NewProduct, Snapshot, apply, take_snapshot
from configcat_mgmt.jobs.launchdarkly import (
    Check,
    CheckResult,
    Project,
    Translation,
    TranslationOptions,
    plan_import,
    read_project,
    sdk_data,
    translate,
)

Json = Any


@attrs.frozen
class Judge:
    """A project and its translation."""

    document: Json
    project: Project
    translation: Translation

    @classmethod
    def of(cls, document: Json, options: TranslationOptions) -> "Judge":
        """Translate a project."""
        project = read_project(document)
        return cls(document, project, translate(project, options))

    def check(self, contexts: Iterable[Json]) -> CheckResult:
        """Import the project, and compare all environments."""
        return self.compare(contexts, self.translation)

    def compare(self, contexts: Iterable[Json], other: Translation) -> CheckResult:
        """Compare the project with any translation of it."""
        known = list(contexts)
        found = CheckResult()
        with Emulator(rate_policy=None) as emulator:
            product = asyncio.run(imported(emulator, other))
            keys = {one.environment: str(one.primary) for one in product.sdk_keys}
            for key, name in other.keys.environments.items():
                check = Check(
                    project=self.project,
                    environment=key,
                    keys=other.keys.flags,
                    attributes=other.attributes,
                )
                with (
                    launchdarkly_sdk(sdk_data(self.document, key)) as source,
                    configcat_sdk(emulator.base_url, keys[name]) as target,
                ):
                    found += check.compare(source, target, known)
        return found


async def imported(emulator: Emulator, translation: Translation) -> Snapshot:
    """Apply a translation to a new product, and read it with its SDK keys."""
    async with AsyncManagementClient(
        emulator.username,
        emulator.password,
        base_url=emulator.base_url,
        options=Options(limits=None),
    ) as client:
        organizations = await client.organizations.get_organizations()
        target = NewProduct(client.base_url, organizations[0].name, "Imported")
        plan = plan_import(translation, target)
        assert plan.blockers == ()
        with tempfile.TemporaryDirectory() as folder:
            report = await apply(client, plan, Path(folder) / "journal.db")
        assert report.is_complete, report.trouble
        return await take_snapshot(client, str(report.product_id), secrets=True)
