"""`configcat-mgmt restore-organization`: the products of a backup, made anew."""

import json
import signal
from pathlib import Path
from uuid import UUID

import pytest

from configcat_mgmt import ManagementClient, Options
from configcat_mgmt.emulator import Emulator, Fault
from configcat_mgmt.models import (
    CreateOrUpdateProxyProfileRequest,
    CreateProductRequest,
    ProxyProfileSdkKeyRequestItem,
    ProxyProfileSdkKeysRequest,
    SelectionRuleKind,
    UpdateProxyProfileSelectionRule,
)
from tests.cli.here import Here, Interlude, Json, printed_by
from tests.cli.test_ended_early import during, process
from tests.other_threads import PATIENCE_SECONDS

ELSEWHERE = "Elsewhere"
RESTORE = ("restore-organization", "b", "--to-organization", ELSEWHERE, "--job", "j")


def blocking(emulator: Emulator) -> ManagementClient:
    return ManagementClient(
        emulator.username,
        emulator.password,
        base_url=emulator.base_url,
        options=Options(limits=None),
    )


@pytest.fixture
def there(here: Here) -> UUID:
    """An organization without products, and a backup of the other one in `b`.

    The backup has the shop, a small product and two proxy profiles: one with a rule,
    the other with a selection.
    """
    emulator = here.emulator
    (organization,) = emulator.state.organizations
    (product,) = emulator.state.products.values()
    with blocking(emulator) as client:
        small = CreateProductRequest(name="A small one")
        client.products.create_product(organization, small)
        create = client.proxy_profiles.create_proxy_profile
        rule = UpdateProxyProfileSelectionRule(
            kind=SelectionRuleKind.INCLUDE,
            product_id_filter=product.product_id,
            config_name_match_filter="Main",
        )
        create(
            organization,
            CreateOrUpdateProxyProfileRequest(
                name="Rules", sdk_key_selection_rules=[rule]
            ),
        )
        made = create(organization, CreateOrUpdateProxyProfileRequest(name="Hand"))
        pair = ProxyProfileSdkKeyRequestItem(
            config_id=product.config_ids[0],
            environment_id=product.environment_ids[0],
        )
        client.proxy_profiles.select_proxy_profile_sdk_keys(
            made.proxy_profile_id, ProxyProfileSdkKeysRequest(items=[pair])
        )
    elsewhere = emulator.add_organization(ELSEWHERE)
    name = emulator.state.organizations[organization].name
    saving = ("backup", "-o", "b", "--organization", name, "--secrets", "--members")
    assert here.run(*saving).code == 0
    emulator.counts.reset()
    return elsewhere


def products_in(emulator: Emulator, organization: UUID) -> dict[str, UUID]:
    state = emulator.state
    ids = state.organizations[organization].product_ids
    return {state.products[one].name: one for one in ids}


def states(printed: Json) -> dict[str, str]:
    return {one["product"]: one["state"] for one in printed["products"]}


def codes(printed: Json) -> list[str]:
    return [one["code"] for one in printed["issues"]]


def test_every_product_is_made_anew_and_verified(here: Here, there: UUID) -> None:
    planned = printed_by(here, *RESTORE, "--dry-run", code=2)
    assert set(states(planned).values()) == {"planned"}
    assert all(one["plan"]["steps"] for one in planned["products"])
    assert here.writes() == {}
    assert not (here.folder / "j").exists()
    done = here.run(*RESTORE)
    assert done.code == 0, done.text
    assert "Verified: the target matches." in done.out
    assert "CC584" in done.out
    products = products_in(here.emulator, there)
    assert set(products) == {"Web shop", "A small one"}
    # No backup has the value of a secure header of a webhook.
    but_headers = ("--exclude", "entity=webhook")
    for file in (here.folder / "b" / "products").iterdir():
        name = json.loads(file.read_text(encoding="utf-8"))["snapshot"]["name"]
        equal = here.run("diff", file, products[name], *but_headers)
        assert equal.code == 0, equal.text
    report = json.loads((here.folder / "j" / "report.json").read_text())
    assert states(report) == {"Web shop": "done", "A small one": "done"}
    page = (here.folder / "j" / "report.html").read_text(encoding="utf-8")
    assert '<th scope="row">Web shop</th><td data-label="State">done</td>' in page
    assert "CC584" in page
    for one in report["products"]:
        link = f"{Path(one['folder']).name}/report.html"
        cell = f'<td data-label="Report"><a href="./{link}">{link}</a></td>'
        assert cell in page.replace("<wbr>", "")
        assert (here.folder / "j" / link).exists()
    writes = here.writes()
    again = printed_by(here, *RESTORE)
    assert states(again) == states(report)
    shown = " ".join(here.run(*RESTORE).text.split())
    assert shown.count("earlier run") == shown.count("use another folder") == 1
    assert '"A small one", "Web shop"' in shown or '"Web shop", "A small one"' in shown
    assert here.writes() == writes
    assert "invite-member" not in writes


def test_only_takes_products_by_their_names(here: Here, there: UUID) -> None:
    printed = printed_by(here, *RESTORE, "--only", "product=a SMALL*")
    assert states(printed) == {"A small one": "done"}
    assert set(products_in(here.emulator, there)) == {"A small one"}
    printed = printed_by(here, *RESTORE)
    assert states(printed) == {"Web shop": "done", "A small one": "done"}


@pytest.mark.parametrize(
    ("only", "message"),
    [
        ("product=Moon", "there is no such product in b; it has 'A small one'"),
        ("config=Main", "is not product=PATTERN"),
        ("product=", "is not product=PATTERN"),
    ],
)
def test_only_refuses_what_selects_no_product(
    here: Here, there: UUID, only: str, message: str
) -> None:
    done = here.run(*RESTORE, "--only", only)
    assert done.code == 1
    assert message in " ".join(done.err.split())
    assert here.writes() == {}
    assert products_in(here.emulator, there) == {}


def test_members_are_invited_on_request(here: Here, there: UUID) -> None:
    printed = printed_by(here, *RESTORE, "--members")
    assert set(states(printed).values()) == {"done"}
    assert here.writes()["invite-member"] > 0


def test_proxy_profiles_are_made_with_the_new_ids(here: Here, there: UUID) -> None:
    command = (*RESTORE, "--proxy-profiles")
    printed = printed_by(here, *command)
    assert sorted(printed["proxy_profiles"]["created"]) == ["Hand", "Rules"]
    assert codes(printed) == ["CC587"]
    state = here.emulator.state
    organization = state.organizations[there]
    profiles = {one.name: one for one in state.proxy_profiles_of(organization)}
    shop = state.products[products_in(here.emulator, there)["Web shop"]]
    (rule,) = profiles["Rules"].rules
    assert rule.product_id == shop.product_id
    (pair,) = profiles["Hand"].selected
    assert pair[0] in shop.config_ids
    assert pair[1] in shop.environment_ids
    again = printed_by(here, *command)
    assert again["proxy_profiles"] == printed["proxy_profiles"]
    assert here.emulator.counts.calls["create-proxy-profile"] == 2
    elsewhere = printed_by(here, *command[:-3], "--job", "k", "--proxy-profiles")
    assert set(states(elsewhere).values()) == {"skipped"}
    assert codes(elsewhere) == ["CC583", "CC586"]
    assert here.emulator.counts.calls["create-proxy-profile"] == 2


def test_profiles_that_were_there_before_are_left_alone(
    here: Here, there: UUID
) -> None:
    with blocking(here.emulator) as client:
        client.proxy_profiles.create_proxy_profile(
            there, CreateOrUpdateProxyProfileRequest(name="Rules", description="mine")
        )
    printed = printed_by(here, *RESTORE, "--proxy-profiles")
    assert printed["proxy_profiles"]["created"] == ["Hand"]
    assert codes(printed) == ["CC585", "CC587"]
    profiles = here.emulator.state.proxy_profiles.values()
    assert [one.description for one in profiles].count("mine") == 1


def test_a_product_of_the_name_is_skipped_and_the_others_are_made(
    here: Here, there: UUID
) -> None:
    with blocking(here.emulator) as client:
        client.products.create_product(there, CreateProductRequest(name="WEB SHOP"))
    printed = printed_by(here, *RESTORE)
    assert states(printed) == {"Web shop": "skipped", "A small one": "done"}
    (issue,) = (one for one in printed["issues"] if one["code"] == "CC583")
    assert "Web shop" in issue["cause"]
    assert set(products_in(here.emulator, there)) == {"WEB SHOP", "A small one"}


def test_a_failed_product_ends_the_run_and_the_next_run_resumes(
    here: Here, there: UUID
) -> None:
    here.emulator.faults.add(Fault("status", operation="create-config", status=400))
    failed = printed_by(here, *RESTORE, "--proxy-profiles", "--linger", "0", code=1)
    assert "failed" in states(failed).values()
    assert failed["proxy_profiles"] is None
    here.emulator.faults.clear()
    done = printed_by(here, *RESTORE, "--proxy-profiles", "--linger", "0")
    assert set(states(done).values()) == {"done"}
    assert set(products_in(here.emulator, there)) == {"Web shop", "A small one"}
    assert here.emulator.counts.calls["create-product"] == 2
    assert sorted(done["proxy_profiles"]["created"]) == ["Hand", "Rules"]


def test_a_killed_run_is_resumed_and_creates_nothing_twice(
    here: Here, there: UUID, interlude: Interlude
) -> None:
    command = (*RESTORE, "--proxy-profiles", "--linger", "0")
    during(here.emulator, "create-proxy-profile")
    with process(here, *command) as killed:
        interlude.action = killed.kill
        killed.communicate(timeout=PATIENCE_SECONDS)
    assert killed.returncode == -signal.SIGKILL
    done = printed_by(here, *command)
    assert set(states(done).values()) == {"done"}
    products = here.emulator.state.organizations[there].product_ids
    assert len(products) == len(products_in(here.emulator, there)) == 2
    organization = here.emulator.state.organizations[there]
    profiles = here.emulator.state.proxy_profiles_of(organization)
    assert sorted(one.name for one in profiles) == ["Hand", "Rules"]
    assert all(one.rules or one.selected for one in profiles)
    assert done["proxy_profiles"]["different"] == []


def test_what_is_no_backup_is_refused_before_anything_is_sent(
    here: Here, there: UUID
) -> None:
    (here.folder / "x").mkdir()
    none = here.run("restore-organization", "x", "--to-organization", ELSEWHERE)
    assert none.code == 1
    assert "is no backup" in none.err
    nowhere = here.run("restore-organization", "b", "--to-organization", "Nowhere")
    assert nowhere.code == 1
    assert "'Nowhere'" in nowhere.err
    (file,) = (here.folder / "b" / "products").glob("a-small-one-*.json")
    file.unlink()
    missing = here.run(*RESTORE)
    assert missing.code == 1
    assert "there is no file" in missing.err
    assert here.writes() == {}
    assert products_in(here.emulator, there) == {}
