"""A new environment serves what its source serves, and nothing else changes."""

from pathlib import Path

import attrs
import pytest

from configcat_mgmt import ConfigurationError
from configcat_mgmt.jobs import (
    apply,
    environment_changes,
    plan_clone_environment,
    take_snapshot,
    verify,
)
from configcat_mgmt.jobs.model.snapshot import Snapshot
from tests.jobs.world import REASON, World

SOURCE, NAME = "Production", "Canary [1]"


async def read(shop: World) -> Snapshot:
    return await take_snapshot(shop.client, shop.product_id, secrets=True)


async def test_the_new_environment_equals_its_source(
    shop: World, tmp_path: Path
) -> None:
    before = await read(shop)
    plan = plan_clone_environment(
        before, SOURCE.upper(), NAME, webhooks=True, reason=REASON
    )
    assert plan.blockers == ()
    assert {step.entity for step in plan.steps} <= {
        "environment",
        "preferences",
        "values",
        "webhook",
    }
    report = await apply(shop.client, plan, tmp_path / "j.db", linger_seconds=0)
    assert report.is_complete, report.trouble
    assert await verify(shop.client, plan, shop.product_id) == ()
    after = await read(shop)
    assert environment_changes(after, SOURCE, NAME) == ()
    old, new = (
        next(one for one in after.environments if one.name == name)
        for name in (SOURCE, NAME)
    )
    assert attrs.evolve(new, name=old.name, order=old.order, id=old.id) == old
    hooks = {
        name: sorted(
            (one.config, one.url, one.method, one.content)
            for one in after.webhooks
            if one.environment == name
        )
        for name in (SOURCE, NAME)
    }
    assert hooks[NAME] == hooks[SOURCE] != []
    assert plan_clone_environment(before, SOURCE, "Other", reason=REASON).steps
    others = [one for one in after.environments if one.name != NAME]
    assert others == list(before.environments)


async def test_the_plan_names_the_groups_that_get_another_access(
    shop: World, tmp_path: Path
) -> None:
    before = await read(shop)
    plan = plan_clone_environment(before, "Staging", NAME, reason=REASON)
    (issue,) = (one for one in plan.issues if one.code == "CC504")
    await apply(shop.client, plan, tmp_path / "j.db", linger_seconds=0)
    named = False
    for group in (await read(shop)).permission_groups:
        old, new = map(group.environment_accesses.get, ("Staging", NAME))
        if group.access_type == "custom" and old != new:
            assert f"{group.name}: {new or 'none'} ({old} in Staging)" in issue.cause
            named = True
        else:
            assert f"{group.name}: {new} (" not in issue.cause
    assert named


async def test_webhooks_and_links_stay_behind_unless_asked_for(shop: World) -> None:
    before = await read(shop)
    plan = plan_clone_environment(before, SOURCE, NAME, reason=REASON)
    assert "webhook" not in {step.entity for step in plan.steps}
    assert "link" not in {step.entity for step in plan.steps}


@pytest.mark.parametrize(
    ("source", "name", "expected"),
    [
        ("Prod", NAME, "no environment 'Prod'; it has 'Production'"),
        (SOURCE, "STAGING", "an environment 'Staging' already"),
        (SOURCE, " ", "which has 1 to 255 characters"),
        (SOURCE, "x" * 256, "which has 1 to 255 characters"),
    ],
)
async def test_wrong_names_are_refused(
    shop: World, source: str, name: str, expected: str
) -> None:
    before = await read(shop)
    with pytest.raises(ConfigurationError, match=expected):
        plan_clone_environment(before, source, name)
