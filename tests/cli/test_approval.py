"""Promotions through an approval, from the first refusal to the verified values."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from configcat_mgmt.emulator import Emulator
from tests.cli.here import PASSWORD, Here, printed_by

SHOP = "Northwind Storefront"
PROMOTE = ("promote", SHOP, "--from", "Staging", "--to", "Production")


@pytest.fixture
def emulator() -> Iterator[Emulator]:
    """An emulator with a product whose environments require approval."""
    with Emulator(username="someone", password=PASSWORD, rate_policy=None) as one:
        one.seed(products=1, flags=9)
        (product,) = one.state.products.values()
        product.preferences.approve_required = True
        one.add_user(
            "ben@example.com", "Ben", username="ben", password=PASSWORD, admin=True
        )
        yield one


@pytest.fixture(autouse=True)
def ben(here: Here, monkeypatch: pytest.MonkeyPatch) -> None:
    """Offer the credentials of a colleague as the profile BEN."""
    monkeypatch.setenv("BEN_API_USER", "ben")
    monkeypatch.setenv("BEN_API_PASS", PASSWORD)
    monkeypatch.setenv("BEN_BASE_URL", here.emulator.base_url)


def approve_all(here: Here) -> int:
    """Approve all change requests as the colleague, and return how many there are."""
    numbers = list(here.emulator.state.change_requests)
    for number in numbers:
        done = here.run("requests", "approve", number, "--profile", "BEN")
        assert done.code == 0, done.err
    return len(numbers)


def test_a_promotion_goes_through_an_approval(here: Here) -> None:
    blocked = here.run(*PROMOTE, "--yes")
    assert blocked.code == 1
    for way in ("request", "bypass", "skip"):
        assert f"--approval {way}" in " ".join(blocked.out.split())
    shown = here.run(*PROMOTE, "--approval", "request", "--dry-run")
    assert (shown.code, "CC703" in shown.out) == (2, True)
    assert "those with a time (--at)" in shown.out
    assert here.emulator.counts.calls["create-change-request"] == 0

    command = (*PROMOTE, "--approval", "request", "--yes")
    made = here.run(*command)
    assert made.code == 0, made.text
    assert "waits for approval" in made.out
    assert "apart from the values in" in made.out
    said = " ".join(made.out.split())
    assert f"look for its title or id in the product {SHOP!r}" in said
    for number, request in here.emulator.state.change_requests.items():
        assert f"Change request {number}, " in said
        assert f"{request.title!r}: open, waits" in said
    count = approve_all(here)
    assert count > 0
    resumed = printed_by(here, *command)
    states = [one["status"] for one in resumed["report"]["requests"]]
    assert states == ["open"] * count, "no second requests"
    done = here.run(*command, "--wait", "--poll", "0")
    assert done.code == 0, done.text
    assert f"Waiting for change requests of {SHOP!r}" in done.err
    assert "Verified: the target matches." in done.out
    assert "Applied: " not in done.err, "this run only looks at the requests"
    assert here.emulator.counts.calls["create-change-request"] == count
    assert here.emulator.counts.calls["apply-change-request"] == count
    (folder,) = Path.cwd().glob("configcat-promote-*")
    saved = json.loads((folder / "report.json").read_text())
    assert {one["status"] for one in saved["requests"]} == {"applied"}
    page = (folder / "report.html").read_text()
    for number in here.emulator.state.change_requests:
        assert f">{number}<" in page
    assert f"look for its title or id in the product {SHOP}" in page
    assert here.run(*PROMOTE, "--dry-run").code == 0, "nothing is left to promote"


def test_verify_names_the_values_that_wait(here: Here) -> None:
    command = (*PROMOTE, "--approval", "request", "--yes", "--job", "job")
    assert here.run(*command).code == 0
    places = sorted(
        [
            here.emulator.state.configs[one.config_id].name,
            here.emulator.state.environments[one.environment_id].name,
        ]
        for one in here.emulator.state.change_requests.values()
    )
    printed = printed_by(here, "verify", "job/plan.json")
    assert (printed["differences"], sorted(printed["waiting"])) == ([], places)
    for request in here.emulator.state.change_requests.values():
        request.title = "Autumn sale"
    shown = here.run("verify", "job/plan.json")
    assert " in ".join(places[0]) in " ".join(shown.err.split())


def test_a_closed_request_ends_the_job_with_its_remedy(here: Here) -> None:
    command = (*PROMOTE, "--approval", "request", "--yes")
    assert here.run(*command).code == 0
    for number in here.emulator.state.change_requests:
        here.run("requests", "close", number, "--yes", "--profile", "BEN")
    done = here.run(*command, "--wait")
    assert done.code == 1
    text = " ".join(done.text.split())
    assert "CC711" in text
    assert "ben@example.com" in text
    assert "--start-over" in text
    assert "the target matches" not in text
    again = here.run(*command, "--start-over")
    assert again.code == 0, again.text


def test_environments_that_require_approval_are_left_out(here: Here) -> None:
    done = here.run(*PROMOTE, "--approval", "skip", "--yes")
    assert (done.code, "CC704" in done.out) == (0, True), done.text
    assert "already matches" not in done.out
    assert not here.emulator.state.change_requests


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        (("--approval", "request", "--at", "2001-01-01T00:00Z"), "has passed"),
        (("--approval", "request", "--at", "2101-01-01T00:00"), "offset"),
        (("--approval", "request", "--at", "tomorrow"), "offset"),
        (("--at", "2101-01-01T00:00Z"), "needs --approval request"),
        (("--wait",), "needs --approval request"),
        (("--wait", "--approval", "skip"), "needs --approval request"),
        (("--at", "2101-01-01T00:00Z", "--approval", "bypass"), "needs --approval"),
    ],
)
def test_a_schedule_that_cannot_be_kept_is_refused_before_any_call(
    here: Here, options: tuple[str, ...], problem: str
) -> None:
    done = here.run(*PROMOTE, *options, "--yes")
    assert done.code != 0
    assert problem in " ".join(done.err.replace("│", " ").split())
    assert not here.emulator.counts.calls


def test_requests_are_scheduled(here: Here) -> None:
    moment = datetime.now(UTC) + timedelta(days=3)
    command = (*PROMOTE, "--approval", "request", "--at", moment.isoformat(), "--yes")
    done = here.run(*command)
    assert done.code == 0, done.text
    assert f"then applied at {moment:%Y-%m-%d %H:%M} UTC" in " ".join(done.out.split())
    for request in here.emulator.state.change_requests.values():
        assert request.apply_at == moment
