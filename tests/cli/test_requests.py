"""The commands for change requests, from a list to the published values."""

from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from uuid import UUID, uuid4

import attrs
import pytest

from configcat_mgmt import ManagementClient, Options, models, values
from configcat_mgmt.emulator import Emulator
from configcat_mgmt.emulator.domain.change_requests import settle
from tests.cli.here import PASSWORD, Here, printed_by
from tests.jobs.shapes import product_named

REASON = "ticket 7"


@attrs.frozen
class Proposed:
    """A change request that switches a flag on, and a second person."""

    product: str
    number: int
    environment: UUID
    setting: int


@pytest.fixture
def emulator() -> Iterator[Emulator]:
    """An emulator without products."""
    with Emulator(password=PASSWORD, rate_policy=None) as one:
        yield one


@pytest.fixture
def proposed(here: Here, monkeypatch: pytest.MonkeyPatch) -> Proposed:
    emulator = here.emulator
    with ManagementClient(
        emulator.username,
        PASSWORD,
        base_url=emulator.base_url,
        options=Options(limits=None),
    ) as client:
        (organization,) = client.organizations.get_organizations()
        product = client.products.create_product(
            organization.organization_id, models.CreateProductRequest(name="show")
        )
        environment = client.environments.create_environment(
            product.product_id, models.CreateEnvironmentModel(name="Live")
        )
        config = client.configs.create_config(
            product.product_id,
            models.CreateConfigRequest(name="Main", evaluation_version="v2"),
        )
        setting = client.settings.create_setting(
            config.config_id,
            models.CreateSettingInitialValues(
                key="flag", name="Flag", setting_type="boolean"
            ),
        )
        client.products.update_product_preferences(
            product.product_id, models.UpdatePreferencesRequest(approve_required=True)
        )
        change = models.UpdateEvaluationFormulaWithLatestVersionModel(
            setting_id=setting.setting_id, default_value=values.make_value(True)
        )
        made = client.change_requests.create_change_request(
            config.config_id,
            environment.environment_id,
            models.CreateChangeRequestModel(
                title="Release 42",
                reason=REASON,
                proposed_changes=[
                    models.CreateChangeRequestProposedChangeModel(
                        proposed_change=change
                    )
                ],
            ),
        )
    user = emulator.add_user(
        "ben@example.com", "Ben", username="ben", password=PASSWORD
    )
    emulator.add_member(product.product_id, user.user_id)
    monkeypatch.setenv("BEN_API_USER", "ben")
    monkeypatch.setenv("BEN_API_PASS", PASSWORD)
    monkeypatch.setenv("BEN_BASE_URL", emulator.base_url)
    return Proposed(
        product.name,
        made.change_request_id,
        environment.environment_id,
        setting.setting_id,
    )


def test_a_schedule_is_shown_as_people_read_it(here: Here, proposed: Proposed) -> None:
    request = here.emulator.state.change_requests[proposed.number]
    request.apply_at = datetime(2126, 12, 1, 8, 0, tzinfo=timezone(timedelta(hours=1)))
    for arguments in (("list", proposed.product), ("show", str(proposed.number))):
        done = here.run("requests", *arguments)
        assert "2126-12-01 07:00 UTC" in " ".join(done.out.split())


def test_a_request_is_listed_shown_approved_and_applied(
    here: Here, proposed: Proposed
) -> None:
    number = str(proposed.number)
    listed = here.run("requests", "list", proposed.product)
    assert listed.code == 0, listed.err
    for word in (number, "Release 42", "open, not approved", "flag", "1 change req"):
        assert word in listed.out
    shown = here.run("requests", "show", number)
    assert ", in show" in shown.out
    assert "Main / flag in Live" in shown.out
    assert "-TO ALL USERS OFF" in shown.out.replace("- ", "-").replace("  ", " ")
    assert "ON" in shown.out
    assert REASON in shown.out

    refused = here.run("requests", "apply", number, "--yes")
    assert (refused.code, "not approved" in refused.err) == (1, True)
    own = here.run("requests", "approve", number)
    assert (own.code, "have somebody else approve it" in own.err) == (1, True)
    ben = ("--profile", "BEN")
    approved = here.run("requests", "approve", number, *ben)
    assert approved.code == 0, approved.err
    assert "open, approved" in approved.out
    twice = here.run("requests", "approve", number, *ben)
    assert (twice.code, "  You approved" in twice.err) == (1, True), twice.err
    assert here.run("requests", "comment", number, "fine", *ben).code == 0
    assert here.run("requests", "apply", number).code == 1, "nobody confirmed it"
    applied = printed_by(here, "requests", "apply", number, "--yes")
    assert applied["changeRequestStatus"] == "applied"
    for command in (("apply", "--yes"), ("close", "--yes"), ("approve",)):
        late = here.run("requests", *command, number)
        assert (late.code, "is applied already" in late.err) == (1, True), late.err
    value = here.emulator.state.values[proposed.environment, proposed.setting]
    assert getattr(value.content, "default") is True  # noqa: B009
    assert "ben@example.com: fine" in here.run("requests", "show", number).out


def test_commands_that_show_values_name_the_requests_that_may_change_them(
    here: Here, proposed: Proposed
) -> None:
    product = proposed.product
    assert here.run("snapshot", product, "-o", "now.json").code == 0
    for number, command in enumerate(
        [("matrix", product), ("diff", "now.json", product), ("verify", "now.json")]
    ):
        shown = here.run(*command)
        assert shown.code == 0, shown.text
        assert "CC706" in shown.err
        assert "Main in Live: Open change requests of show" in shown.err
        printed = here.run(*command, "--json").json
        assert [one["code"] for one in printed["issues"]] == ["CC706"]
        if command[0] != "verify":
            path = here.folder / f"{number}.html"
            assert here.run(*command, "--html", path).code == 0
            assert '<span class="code">CC706</span>' in path.read_text()
    one = here.run("matrix", product, "--exclude", "environment=Live", "--json")
    assert one.json["issues"] == []
    old = here.run("diff", "now.json", "now.json", "--json")
    assert old.json["issues"] == [], "a file does not change"
    here.run("requests", "close", proposed.number, "--yes")
    assert here.run("verify", "now.json", "--json").json["issues"] == []


def test_a_comparison_of_environments_names_their_requests_alone(
    here: Here, proposed: Proposed
) -> None:
    product = product_named(here.emulator, proposed.product)
    with ManagementClient(
        here.emulator.username, PASSWORD, base_url=here.emulator.base_url
    ) as client:
        for name in ("One", "Two"):
            body = models.CreateEnvironmentModel(name=name)
            client.environments.create_environment(product.product_id, body)
    for places, codes in {("one", "two"): [], ("One", "live"): ["CC706"]}.items():
        done = here.run("diff", proposed.product, "--environments", *places, "--json")
        assert [one["code"] for one in done.json["issues"]] == codes, done.text


def test_lists_are_filtered(here: Here, proposed: Proposed) -> None:
    def ids(*arguments: str) -> list[int]:
        printed = printed_by(here, "requests", "list", proposed.product, *arguments)
        return [one["changeRequestId"] for one in printed]

    assert ids() == [proposed.number]
    for option, name in {"--config": "main", "--environment": "LIVE"}.items():
        assert ids(option, name) == [proposed.number]
        assert here.run("requests", proposed.product, option, "none").code == 1
    product = product_named(here.emulator, proposed.product)
    with ManagementClient(
        here.emulator.username, PASSWORD, base_url=here.emulator.base_url
    ) as client:
        client.configs.create_config(
            product.product_id, models.CreateConfigRequest(name="Other")
        )
        client.environments.create_environment(
            product.product_id, models.CreateEnvironmentModel(name="Stage")
        )
    assert ids("--config", "Other") == ids("--environment", "Stage") == []
    assert ids("--scheduled") == ids("--attention") == ids("--status", "closed") == []
    closed = here.run("requests", "close", proposed.number, "--yes")
    assert (closed.code, "closed" in closed.out) == (0, True)
    assert ids() == []
    assert ids("--all") == ids("--status", "closed") == [proposed.number]
    by_id = str(next(iter(here.emulator.state.products)))
    assert here.run("requests", by_id).out.strip() == "0 change requests"
    assert here.run("requests", "nowhere").code == 1


def test_a_request_in_conflict_is_not_applied(here: Here, proposed: Proposed) -> None:
    state = here.emulator.state
    state.values[proposed.environment, proposed.setting].version_id = uuid4()
    settle(state)
    done = here.run("requests", "apply", proposed.number, "--yes")
    assert (done.code, "settingConflict: flag" in done.err) == (1, True), done.err
    assert here.emulator.counts.calls["apply-change-request"] == 0
