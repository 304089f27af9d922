"""`configcat-mgmt whoami`: who the credentials are, and what they can reach."""

import pytest

from configcat_mgmt.emulator import Emulator
from tests.cli.here import PASSWORD, Here, offer
from tests.jobs.shapes import product_named


def test_it_shows_who_it_is_and_what_it_sees(here: Here) -> None:
    done = here.run("whoami")
    assert done.code == 0
    assert "Ada Admin <admin@example.com>" in done.out
    assert "Example organization" in done.out
    product = product_named(here.emulator, "Web shop")
    assert str(product.product_id) in done.out
    printed = here.run("whoami", "--json").json
    assert printed["email"] == "admin@example.com"
    assert [one["name"] for one in printed["products"]] == ["Web shop"]


def test_it_tells_what_is_left_of_the_minute(
    here: Here, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Without a rate policy the service says nothing about it.
    assert "unknown (the response has no quota headers)" in here.run("whoami").out
    with Emulator(username="u", password=PASSWORD) as limited:
        offer(monkeypatch, limited, "ACME")
        here.run("whoami", "--profile", "ACME")
        done = here.run("whoami", "--profile", "ACME", "--json")
        assert done.json["budget"]["remaining"] == 498
        assert "497 calls" in here.run("whoami", "--profile", "ACME").out


def test_without_credentials_it_says_which_variables_to_set(
    here: Here, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CONFIGCAT_API_USER")
    done = here.run("whoami")
    assert done.code == 1
    assert "set CONFIGCAT_API_USER and CONFIGCAT_API_PASS" in done.err
    assert done.out == ""


def test_a_service_that_does_not_answer_is_an_error_with_advice(
    here: Here, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Emulator() as gone:
        monkeypatch.setenv("CONFIGCAT_BASE_URL", gone.base_url)
    done = here.run("whoami")
    assert done.code == 1
    assert "failed after 4 attempts" in done.err
    assert "CONFIGCAT_BASE_URL" in done.err
