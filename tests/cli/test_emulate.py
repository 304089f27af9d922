"""`configcat-mgmt emulate` as a process that is started, used and stopped."""

import json
import os
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner

from configcat_mgmt import ConfigurationError, ManagementClient
from configcat_mgmt.cli.app import root
from configcat_mgmt.cli.commands.emulate import read_rate
from configcat_mgmt.emulator import NO_LIMITS, RatePolicy, RateRule
from configcat_mgmt.models import CreateProductRequest
from tests.other_threads import PATIENCE_SECONDS


def start(*arguments: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-m", "configcat_mgmt", "emulate", "--port", "0", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "COLUMNS": "120", "PYTHONUNBUFFERED": "1"},
    )


def stop(process: "subprocess.Popen[str]") -> tuple[int, str, str]:
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=PATIENCE_SECONDS)
    return process.returncode, out, err


def facts_of(process: "subprocess.Popen[str]") -> dict[str, Any]:
    assert process.stdout is not None
    found: dict[str, Any] = json.loads(process.stdout.readline())
    return found


def test_it_serves_keeps_its_state_and_stops_cleanly(tmp_path: Path) -> None:
    state, seeds = tmp_path / "state.json", tmp_path / "seed.json"
    seeds.write_text('{"flags": 7, "configs": 2}')
    process = start(
        *("--user", "u", "--password", "p", "--rate", "off", "--json"),
        *("--state", str(state), "--seed-file", str(seeds), "--control", "0"),
    )
    facts = facts_of(process)
    with ManagementClient("u", "p", base_url=facts["base_url"]) as client:
        (product,) = client.products.get_products()
    with urllib.request.urlopen(f"{facts['control_url']}/counts") as answer:  # noqa: S310
        assert json.load(answer)["calls"] == {"get-products": 1}
    member = {"email": "m@example.com", "full_name": "M", "username": "m"}
    posted = urllib.request.Request(  # noqa: S310
        f"{facts['control_url']}/users",
        json.dumps({**member, "password": "canary-of-m"}).encode(),
    )
    urllib.request.urlopen(posted).close()  # noqa: S310
    assert stop(process) == (0, "", "")
    assert b"canary-of-m" not in state.read_bytes()
    assert state.stat().st_mode & 0o777 == 0o600
    process = start("--user", "v", "--password", "q", "--json", "--state", str(state))
    facts = facts_of(process)
    assert facts["users_without_credentials"] == ["m@example.com"]
    with ManagementClient("v", "q", base_url=facts["base_url"]) as client:
        assert client.products.get_products() == [product]
    assert stop(process)[0] == 0


def test_a_second_person_has_credentials_of_their_own(tmp_path: Path) -> None:
    users, seeds = tmp_path / "users.json", tmp_path / "seed.json"
    person = {"email": "ben@example.com", "full_name": "Ben", "username": "ben"}
    users.write_text(json.dumps([{**person, "password": "canary-of-ben"}]))
    seeds.write_text('{"products": 2, "flags": 3}')
    process = start(
        *("--password", "p", "--rate", "off", "--json", "--seed-file", str(seeds)),
        *("--users-file", str(users)),
    )
    facts = facts_of(process)
    with ManagementClient("ben", "canary-of-ben", base_url=facts["base_url"]) as client:
        assert client.me.get_me().email == "ben@example.com"
        assert len(client.products.get_products()) == 2
    code, out, err = stop(process)
    assert (code, "canary" in out + err) == (0, False), err


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("{}", "does not contain a JSON list"),
        ("[", "does not contain a JSON list"),
        ('[{"email": "a@x.example"}]', "full_name is required"),
        ('[{"nick": 1}]', "@ $[0]"),
    ],
)
def test_users_that_cannot_be_added_are_refused(
    tmp_path: Path, text: str, problem: str
) -> None:
    path = tmp_path / "users.json"
    path.write_text(text)
    # Through the root, because a command keeps the names of the options for its help.
    arguments = ["emulate", "--port", "0", "--users-file", str(path)]
    done = CliRunner().invoke(root, arguments)
    assert isinstance(done.exception, ConfigurationError)
    assert problem in str(done.exception)


def test_it_prints_what_a_client_needs() -> None:
    process = start("--user", "u [red]\x1b[2J", "--password", "p q")
    assert process.stdout is not None
    lines: list[str] = []
    while not lines or "Ctrl-C" not in lines[-1]:
        lines.append(process.stdout.readline())
    code, _, err = stop(process)
    text = "".join(lines)
    assert (code, err) == (0, "")
    assert "export CONFIGCAT_BASE_URL=http://127.0.0.1:" in text
    assert "export CONFIGCAT_API_USER='u [red]\\u001b[2J'" in text
    assert "export CONFIGCAT_API_PASS='p q'" in text
    assert "\x1b" not in text


def test_a_bad_state_file_is_an_error_before_anything_starts(tmp_path: Path) -> None:
    (tmp_path / "state.json").write_text("{}")
    process = start("--state", str(tmp_path / "state.json"))
    out, err = process.communicate(timeout=PATIENCE_SECONDS)
    assert process.returncode == 1
    assert "not the state of an emulator" in err
    assert out == ""


@pytest.mark.parametrize(
    ("text", "policy"),
    [
        ("off", NO_LIMITS),
        ("service", RatePolicy()),
        ("40/s, 1000/m", RatePolicy((RateRule(40, 1), RateRule(1000, 60)))),
        ("5/10s", RatePolicy((RateRule(5, 10),))),
    ],
)
def test_rates_are_read(text: str, policy: RatePolicy) -> None:
    assert read_rate(text, sliding=False, per_credential=False) == policy


@pytest.mark.parametrize("text", ["", "20", "0/s", "20/d", "x/s", "20/s;5/m"])
def test_other_rates_are_refused(text: str) -> None:
    with pytest.raises(click.BadParameter):
        read_rate(text, sliding=False, per_credential=False)


def test_the_state_survives_a_kill_and_is_not_seeded_twice(tmp_path: Path) -> None:
    seeds, state = tmp_path / "seed.json", tmp_path / "state.json"
    counts: list[int] = []
    for products in (1, 1, 2):
        seeds.write_text(json.dumps({"products": products, "flags": 2}))
        process = start(
            *("--user", "u", "--password", "p", "--rate", "off", "--json"),
            *("--state", str(state), "--seed-file", str(seeds)),
        )
        facts = facts_of(process)
        with ManagementClient("u", "p", base_url=facts["base_url"]) as client:
            (organization,) = client.organizations.get_organizations()
            names = [one.name for one in client.products.get_products()]
            client.products.create_product(
                organization.organization_id,
                CreateProductRequest(name=f"Mine {len(names)}"),
            )
        counts.append(len(names))
        if products > 1:
            second = start("--json", "--state", str(state))
            _, err = second.communicate(timeout=PATIENCE_SECONDS)
            assert second.returncode == 1
            assert "another emulator uses" in err
        process.kill()
        process.communicate(timeout=PATIENCE_SECONDS)
    assert counts == [1, 2, 4]


def require_cdn(facts: dict[str, Any], *, is_there: bool) -> None:
    """Demand that published configs are served, or are not."""
    assert ("sdk_base_url" in facts) == is_there
    path = "/configuration-files/a/b/config_v6.json"
    # An unknown key is not found; without the CDN the path is one like any other.
    with pytest.raises(urllib.error.HTTPError) as caught:
        urllib.request.urlopen(facts["base_url"] + path)  # noqa: S310
    assert caught.value.code == (404 if is_there else 401)
    caught.value.close()


def test_an_id_seed_gives_the_same_ids_with_published_configs_or_without() -> None:
    found: list[tuple[str, object]] = []
    for arguments in (("--id-seed", "3", "--cdn"), ("--id-seed", "3", "--no-cdn"), ()):
        process = start("--user", "u", "--json", *arguments)
        facts = facts_of(process)
        require_cdn(facts, is_there="--no-cdn" not in arguments)
        with ManagementClient(
            "u", facts["password"], base_url=facts["base_url"]
        ) as client:
            (organization,) = client.organizations.get_organizations()
        found.append((facts["password"], organization.organization_id))
        assert stop(process)[0] == 0
    assert found[0] == found[1] != found[2]


def test_the_help_names_the_calls_of_the_control_address(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(SystemExit):
        root.main(["emulate", "--help"])
    text = capsys.readouterr().out
    for call in ("POST /organizations", "POST /age", "POST /seed", "PUT /state"):
        assert call in text
    assert "so that cleanup finds stale flags:\n" in text
