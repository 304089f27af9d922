"""A backup has every product, changes no byte without need, and survives failures."""

import asyncio
import json
from pathlib import Path
from typing import Any

import attrs
import pytest

from configcat_mgmt import AsyncManagementClient, ConfigurationError, Options
from configcat_mgmt.emulator import Emulator, Exchange, Fault
from configcat_mgmt.jobs import (
    BackupFolder,
    OrganizationBackup,
    back_up_organization,
    load_snapshot,
    take_snapshot,
)
from configcat_mgmt.models import (
    ConnectionPreferences,
    CreateOrUpdateConnectionPreferences,
    CreateOrUpdateProxyProfileRequest,
    CreateOrUpdateWebhookNotification,
    CreateProductRequest,
    ProxyProfileSdkKeyRequestItem,
    ProxyProfileSdkKeysRequest,
    SelectionRuleKind,
    UpdateProductRequest,
    UpdateProxyProfileSelectionRule,
)
from tests.jobs.world import SECRETS, World
from tests.jobs.world_values import plain_formula

Json = Any


async def backed_up(shop: World, folder: Path, **options: Json) -> OrganizationBackup:
    return await back_up_organization(
        shop.client, shop.organization_id, folder, **options
    )


def contents(folder: Path) -> dict[str, tuple[bytes, int]]:
    """Return bytes and time of each file but the lock, which only a backup fills."""
    return {
        str(path.relative_to(folder)): (path.read_bytes(), path.stat().st_mtime_ns)
        for path in folder.rglob("*")
        if path.is_file() and path.name != "backup.lock"
    }


async def test_two_backups_at_once_cannot_write_to_one_folder(
    shop: World, tmp_path: Path
) -> None:
    with BackupFolder(tmp_path):
        with pytest.raises(ConfigurationError, match=r"in use .* another folder"):
            await backed_up(shop, tmp_path)
        assert contents(tmp_path) == {}
    assert (await backed_up(shop, tmp_path)).is_complete
    # An empty file stays, so version control reports no change.
    assert (tmp_path / "backup.lock").read_bytes() == b""


def states(backup: OrganizationBackup) -> dict[str, str]:
    return {one.product.name: one.state for one in backup.products}


async def add_product(shop: World, name: str) -> str:
    made = await shop.client.products.create_product(
        shop.organization_id, CreateProductRequest(name=name)
    )
    return str(made.product_id)


async def test_each_product_is_a_snapshot_in_a_file_of_a_safe_name(
    shop: World, tmp_path: Path
) -> None:
    names = ("CON", "../../größe", "größe", "更大", "Gr ße")
    ids = {name: await add_product(shop, name) for name in names}
    backup = await backed_up(shop, tmp_path / "new" / "b")
    assert backup.is_complete
    assert set(states(backup).values()) == {"new"}
    folder = BackupFolder(backup.folder)
    index = folder.require_index()
    assert {one.name for one in index.products} == {"Web shop", *names}
    files = [one.file for one in index.products]
    assert files == sorted(set(files))
    stems = {one.name: one.stem for one in index.products}
    assert stems["CON"] == f"con-{ids['CON'].replace('-', '')[:8]}"
    assert stems["更大"].startswith("product-")
    assert stems["größe"].startswith("gr-sse-")
    assert {"products"} == {Path(file).parent.name for file in files}
    for product in index.products:
        now = await take_snapshot(shop.client, product.id)
        saved = folder.load(product)
        source = attrs.evolve(now.source, taken_at=None)
        assert saved == attrs.evolve(now, source=source)
    for path in backup.folder.rglob("*.json"):
        assert path.stat().st_mode & 0o777 == 0o600
        text = path.read_text(encoding="utf-8")
        assert not any(secret in text for secret in SECRETS)


async def test_unchanged_products_change_no_byte(shop: World, tmp_path: Path) -> None:
    other = await add_product(shop, "Other")
    gone = await add_product(shop, "Gone")
    await backed_up(shop, tmp_path)
    (tmp_path / "products" / "notes.txt").write_text("mine")
    (tmp_path / ".git").mkdir()
    before = contents(tmp_path)
    again = await backed_up(shop, tmp_path)
    assert set(states(again).values()) == {"unchanged"}
    assert contents(tmp_path) == before
    await shop.set_formula("Main", "killSwitch", "Test", plain_formula(False))
    await shop.client.products.update_product(other, UpdateProductRequest(name="Next"))
    await shop.client.products.delete_product(gone)
    await add_product(shop, "Added")
    last = await backed_up(shop, tmp_path)
    assert states(last) == {
        "Web shop": "changed",
        "Next": "changed",
        "Added": "new",
        "Gone": "removed",
    }
    files = {one.file for one in BackupFolder(tmp_path).require_index().products}
    found = {f"products/{path.name}" for path in (tmp_path / "products").iterdir()}
    assert found == {*files, "products/notes.txt"}
    assert not any("gone" in file or "other" in file for file in files)


async def test_a_folder_of_another_organization_is_left_alone(
    shop: World, emulator: Emulator, tmp_path: Path
) -> None:
    await backed_up(shop, tmp_path)
    before = contents(tmp_path)
    elsewhere = emulator.add_organization("Elsewhere")
    with pytest.raises(ConfigurationError, match="backup of another organization"):
        await back_up_organization(shop.client, elsewhere, tmp_path)
    with pytest.raises(ConfigurationError, match="say which one"):
        await back_up_organization(shop.client, None, tmp_path)
    with pytest.raises(ConfigurationError, match="see no organization 'Nowhere'"):
        await back_up_organization(shop.client, "Nowhere", tmp_path / "x")
    (tmp_path / "mine" / "products").mkdir(parents=True)
    with pytest.raises(ConfigurationError, match="not of a backup"):
        await back_up_organization(shop.client, elsewhere, tmp_path / "mine")
    assert contents(tmp_path) == before


async def test_credentials_that_see_no_product_remove_no_file(
    shop: World, emulator: Emulator, tmp_path: Path
) -> None:
    await backed_up(shop, tmp_path)
    before = contents(tmp_path)
    emulator.add_user("n@x.example", "New", username="new", password="emulator-pw")
    async with AsyncManagementClient(
        "new",
        "emulator-pw",
        base_url=emulator.base_url,
        options=Options(limits=None),
    ) as client:
        with pytest.raises(ConfigurationError, match="see no product of"):
            await back_up_organization(client, shop.organization_id, tmp_path)
    assert contents(tmp_path) == before


async def test_a_product_that_cannot_be_read_is_named_and_the_others_are_saved(
    shop: World, emulator: Emulator, tmp_path: Path
) -> None:
    for name in ("B", "C"):
        await add_product(shop, name)
    await backed_up(shop, tmp_path)
    before = contents(tmp_path)
    await add_product(shop, "D")
    await shop.set_formula("Main", "killSwitch", "Test", plain_formula(False))
    emulator.faults.add(Fault("status", operation="get-product", status=403))
    backup = await backed_up(shop, tmp_path)
    assert not backup.is_complete
    (failed,) = [one for one in backup.products if one.state == "failed"]
    assert "403" in failed.problem
    after = contents(tmp_path)
    assert after.get(failed.product.file) == before.get(failed.product.file)
    document = backup.to_json()
    assert json.loads(json.dumps(document)) == document
    emulator.faults.clear()
    assert (await backed_up(shop, tmp_path)).is_complete
    index = BackupFolder(tmp_path).require_index()
    assert {one.name for one in index.products} == {"Web shop", "B", "C", "D"}


async def test_a_backup_that_ends_early_leaves_whole_files(
    shop: World, emulator: Emulator, tmp_path: Path
) -> None:
    await backed_up(shop, tmp_path)
    before = contents(tmp_path)
    for number in range(6):
        await add_product(shop, f"P{number}")
    await shop.client.products.update_product(
        shop.product_id, UpdateProductRequest(name="Renamed")
    )
    seen: list[str] = []

    def end(exchange: Exchange) -> None:
        if exchange.operation == "get-product-preferences":
            seen.append(exchange.path)
            if len(seen) == 6:
                loop.call_soon_threadsafe(running.cancel)

    loop = asyncio.get_running_loop()
    emulator.observe(end)
    running = asyncio.create_task(backed_up(shop, tmp_path))
    with pytest.raises(asyncio.CancelledError):
        await running
    folder = BackupFolder(tmp_path)
    index = folder.require_index()
    assert [folder.load(one).name for one in index.products] == ["Web shop"]
    for path in (tmp_path / "products").iterdir():
        load_snapshot(path)
    assert set(before) <= set(contents(tmp_path))
    later = await backed_up(shop, tmp_path)
    assert later.is_complete
    products = folder.require_index().products
    assert len(products) == 7
    assert {one.file for one in products} == {
        f"products/{path.name}" for path in (tmp_path / "products").iterdir()
    }


async def test_proxy_profiles_are_saved_with_rules_and_without_secrets(
    shop: World, emulator: Emulator, tmp_path: Path
) -> None:
    create = shop.client.proxy_profiles.create_proxy_profile
    notification = CreateOrUpdateWebhookNotification(
        webhook_proxy_url="https://proxy.example/hook"
    )
    with_rules = await create(
        shop.organization_id,
        CreateOrUpdateProxyProfileRequest(
            name="Rules",
            description="of production",
            connection_preferences=CreateOrUpdateConnectionPreferences(
                sdk_poll_interval=90, webhook_notification=notification
            ),
            sdk_key_selection_rules=[
                UpdateProxyProfileSelectionRule(
                    kind=SelectionRuleKind.INCLUDE,
                    product_id_filter=shop.product_id,
                    environment_name_match_filter="Prod*",
                )
            ],
        ),
    )
    by_hand = await create(
        shop.organization_id, CreateOrUpdateProxyProfileRequest(name="Hand")
    )
    pair = ProxyProfileSdkKeyRequestItem(
        config_id=shop.configs["Main"], environment_id=shop.environments["Test"]
    )
    keys = await shop.client.proxy_profiles.select_proxy_profile_sdk_keys(
        by_hand.proxy_profile_id, ProxyProfileSdkKeysRequest(items=[pair])
    )
    backup = await backed_up(shop, tmp_path)
    assert backup.proxy_profiles == 2
    folder = BackupFolder(tmp_path)
    hand, rules = folder.profiles()
    (selected,) = hand.selected
    assert str(selected.config_id) == shop.configs["Main"]
    assert (rules.description, rules.poll_seconds) == ("of production", 90)
    assert rules.notified_url == "https://proxy.example/hook"
    (rule,) = rules.rules
    assert (rule.kind, str(rule.product_id)) == ("include", str(shop.product_id))
    assert (rule.environment_name, rule.config_id) == ("Prod*", None)
    preferences: ConnectionPreferences = with_rules.connection_preferences
    assert preferences.webhook_notification is not None
    text = folder.profiles_path.read_text(encoding="utf-8")
    for secret in (
        preferences.webhook_notification.signing_key1,
        keys.items[0].primary_sdk_key,
        keys.items[0].sdk_id,
    ):
        assert secret not in text
    before = contents(tmp_path)
    emulator.faults.add(Fault("status", operation="get-proxy-profiles", status=403))
    unread = await backed_up(shop, tmp_path)
    assert unread.proxy_profiles is None
    assert "403" in unread.proxy_profiles_problem
    assert contents(tmp_path) == before


@pytest.mark.parametrize(
    ("name", "text", "problem"),
    [
        ("organization.json", "{", "cannot be used"),
        ("organization.json", "[]", "it is no index"),
        ("organization.json", '{"format": "x"}', "it is no index"),
        (
            "organization.json",
            '{"format": "configcat-backup", "version": 2}',
            "use a newer version",
        ),
        (
            "organization.json",
            '{"format": "configcat-backup", "version": 1}',
            "organization",
        ),
        (
            "organization.json",
            '{"format": "configcat-backup", "version": 1, "organization": "A", '
            '"organization_id": "00000000-0000-0000-0000-000000000001", "products": '
            '[{"id": "00000000-0000-0000-0000-000000000002", "name": "x", '
            '"file": "products/../../x.json"}]}',
            "is no file of a backup",
        ),
        (
            "organization.json",
            '{"format": "configcat-backup", "version": 1, "organization": "A", '
            '"organization_id": "00000000-0000-0000-0000-000000000001"}',
            "has no products",
        ),
        ("proxy-profiles.json", "{}", "it is no list"),
        ("proxy-profiles.json", '[{"name": 5}]', "cannot be used"),
    ],
)
def test_a_damaged_backup_is_refused(
    tmp_path: Path, name: str, text: str, problem: str
) -> None:
    (tmp_path / name).write_text(text)
    folder = BackupFolder(tmp_path)
    read = folder.profiles if name.startswith("proxy") else folder.require_index
    with pytest.raises(ConfigurationError, match=problem):
        read()
    assert BackupFolder(tmp_path / "none").profiles() == ()
    with pytest.raises(ConfigurationError, match="is no backup"):
        BackupFolder(tmp_path / "none").require_index()
