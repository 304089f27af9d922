"""Pages of large products and of real jobs."""

from pathlib import Path
from typing import Final

import attrs

from configcat_mgmt import AsyncManagementClient
from configcat_mgmt.emulator import Emulator
from configcat_mgmt.jobs.applying.apply import apply
from configcat_mgmt.jobs.model.snapshot import Formula, Setting, Snapshot
from configcat_mgmt.jobs.report.matrix import matrix_of
from configcat_mgmt.jobs.report.page import Page, render_html
from configcat_mgmt.jobs.report.value_changes import environment_changes, value_changes
from configcat_mgmt.jobs.verifying.verify import verify
from tests.jobs.apply_tools import source_of
from tests.jobs.report.html_reading import read_html
from tests.jobs.report.samples import PAGE, START
from tests.jobs.snapshots import wide_snapshot
from tests.jobs.world import World

MIB: Final = 1 << 20


def test_two_thousand_flags_in_twenty_environments_fit_in_five_mebibytes() -> None:
    snapshot = wide_snapshot(flags=2_000, environments=20)
    changed = attrs.evolve(
        snapshot,
        configs=tuple(
            attrs.evolve(config, settings=tuple(map(switched_on, config.settings)))
            for config in snapshot.configs
        ),
    )
    page = attrs.evolve(
        PAGE, matrix=matrix_of(snapshot), changes=value_changes(snapshot, changed)
    )
    text = render_html(page)
    assert text.count("<td") > 40_000
    assert len(text.encode("utf-8")) < 5 * MIB


def switched_on(setting: Setting) -> Setting:
    """Return a setting that serves ON to everybody in the first environment."""
    value = attrs.evolve(setting.values["Environment 0"], targeting=Formula(True))
    return attrs.evolve(setting, values={**setting.values, "Environment 0": value})


async def test_the_page_of_a_real_copy_says_what_became_of_it(
    client: AsyncManagementClient, shop: World, emulator: Emulator, tmp_path: Path
) -> None:
    source = await source_of(shop, emulator)
    plan = source.copy("Copy of the shop")
    report = await apply(client, plan, tmp_path / "journal", sdk_keys=True)
    differences = await verify(client, plan, "Copy of the shop")
    snapshot: Snapshot = source.snapshot
    text = render_html(
        Page(
            title="Web shop",
            generated_at=START,
            plan=plan,
            report=report,
            differences=differences,
            changes=environment_changes(snapshot, "Staging", "Production"),
            matrix=matrix_of(snapshot),
        )
    )
    root = read_html(text)
    assert root.all("p", "verdict")[0].text == "Done and verified"
    rows = root.one("flags").all("tr")
    assert len(rows) == 1 + len(shop.configs) + len(shop.settings)
    assert [one.text for one in root.one("changes").all("del")]
    secrets = [key.primary for key in report.sdk_keys]
    assert secrets
    assert not any(secret and secret in text for secret in secrets)
