"""Checks a translation with both vendors' SDKs, in an emulator on this machine."""

import asyncio
import secrets
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

import attrs

from configcat_mgmt.cli.launchdarkly.sdks import configcat_sdk, launchdarkly_sdk
from configcat_mgmt.client import AsyncManagementClient
from configcat_mgmt.core.json_text import parse_json
from configcat_mgmt.core.options import Options
from configcat_mgmt.emulator import Emulator
from configcat_mgmt.errors import ConfigurationError, JobError
from configcat_mgmt.files import read_text
from configcat_mgmt.jobs import NewProduct, Snapshot, apply, take_snapshot
from configcat_mgmt.jobs.launchdarkly import (
    Check,
    CheckResult,
    Project,
    Translation,
    TranslationOptions,
    generate_contexts,
    plan_import,
    sdk_data,
)
from configcat_mgmt.json_value import JsonValue

MAX_BYTES: Final = 256 * 1024 * 1024
"""Size limit of the file with contexts, in bytes."""


@attrs.frozen
class CheckWish:
    """The contexts to check with."""

    count: int | None
    """Number of contexts to generate."""
    file: Path | None
    """File with a context in each line."""

    @property
    def is_wanted(self) -> bool:
        """Whether there is something to check."""
        return self.count is not None or self.file is not None

    def contexts(
        self, project: Project, options: TranslationOptions
    ) -> Iterator[Mapping[str, JsonValue]]:
        """Return the contexts.

        Raises:
            ConfigurationError: The file cannot be read, or a line is not a context.
        """
        if self.file is None:
            return generate_contexts(project, self.count or 0, options)
        return _read_contexts(self.file)


async def run_check(
    wish: CheckWish,
    document: Mapping[str, JsonValue],
    project: Project,
    translation: Translation,
    options: TranslationOptions,
) -> dict[str, JsonValue]:
    """Evaluate all flags on both sides.

    The translation is applied to an emulator of its own, so the check needs neither an
    account nor the target.

    Returns:
        The numbers, and the first differences as texts.

    Raises:
        ConfigurationError: The contexts cannot be read, or there are none.
        JobError: An SDK refuses its data.
    """
    contexts = list(wish.contexts(project, options))
    if not contexts:
        raise ConfigurationError(f"{wish.file} has no contexts to check with")
    username, password = secrets.token_hex(8), secrets.token_hex(16)
    async with Emulator(
        username=username, password=password, rate_policy=None
    ) as emulator:
        async with AsyncManagementClient(
            username,
            password,
            base_url=emulator.base_url,
            options=Options(limits=None),
        ) as client:
            product = await _import(client, translation)
        found = await compare_product(
            emulator.base_url,
            product,
            document=document,
            project=project,
            translation=translation,
            contexts=contexts,
        )
    return result_document(found)


async def compare_product(
    base_url: str,
    product: Snapshot,
    *,
    document: Mapping[str, JsonValue],
    project: Project,
    translation: Translation,
    contexts: list[Mapping[str, JsonValue]],
) -> CheckResult:
    """Evaluate all flags of an imported product on both sides.

    Args:
        base_url: Address that publishes the configs.
        product: The product, read with its secrets.
        document: The export.
        project: The project of the export.
        translation: The translation that was imported.
        contexts: Contexts as JSON.

    Raises:
        JobError: An SDK refuses its data.
    """
    keys = {(one.config, one.environment): str(one.primary) for one in product.sdk_keys}
    found = CheckResult()
    for environment, name in translation.keys.environments.items():
        data = sdk_data(document, environment)
        for config in product.configs:
            settings = {one.key for one in config.settings}
            check = Check(
                project=project,
                environment=environment,
                keys={
                    flag: key
                    for flag, key in translation.keys.flags.items()
                    if key in settings
                },
                attributes=translation.attributes,
            )
            sdk_key = keys[config.name, name]
            # On a thread, so an emulator of this process can respond meanwhile.
            found += await asyncio.to_thread(
                _compare, check, data, base_url, sdk_key, contexts
            )
    return found


def result_document(found: CheckResult) -> dict[str, JsonValue]:
    """Return the numbers, and the first differences as texts."""
    return {
        "evaluations": found.evaluations,
        "different": found.different,
        "by_percentage": found.by_percentage,
        "differences": [str(one) for one in found.differences],
    }


def _compare(
    check: Check,
    data: Mapping[str, JsonValue],
    base_url: str,
    sdk_key: str,
    contexts: list[Mapping[str, JsonValue]],
) -> CheckResult:
    with (
        launchdarkly_sdk(data) as source,
        configcat_sdk(base_url, sdk_key) as target,
    ):
        return check.compare(source, target, contexts)


async def _import(client: AsyncManagementClient, translation: Translation) -> Snapshot:
    (organization,) = await client.organizations.get_organizations()
    target = NewProduct(
        client.base_url, str(organization.organization_id), translation.snapshot.name
    )
    plan = plan_import(translation, target)
    with tempfile.TemporaryDirectory() as folder:
        report = await apply(client, plan, Path(folder) / "journal.db")
    if not report.is_complete:
        reason = next((one.note for one in report.trouble), "a step failed")
        raise JobError("check", f"the emulator refused the translation: {reason}")
    return await take_snapshot(client, str(report.product_id), secrets=True)


def _read_contexts(path: Path) -> Iterator[Mapping[str, JsonValue]]:
    for number, line in enumerate(read_text(path, MAX_BYTES).splitlines(), 1):
        if not line.strip():
            continue
        try:
            context = parse_json(line)
        except ValueError as error:
            raise ConfigurationError(f"{path}, line {number}: {error}") from None
        if not isinstance(context, Mapping) or not _is_context(context):
            raise ConfigurationError(
                f"{path}, line {number}: not a context; one has a kind and a key, such "
                f'as {{"kind": "user", "key": "ann"}}'
            )
        yield context


def _is_context(context: Mapping[str, JsonValue]) -> bool:
    if context.get("kind") != "multi":
        return isinstance(context.get("key"), str) and bool(context["key"])
    contexts = [one for name, one in context.items() if name != "kind"]
    return bool(contexts) and all(
        isinstance(one, Mapping) and isinstance(one.get("key"), str) for one in contexts
    )
