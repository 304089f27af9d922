"""State kept in a file: no response that a client saw is lost, however it ends."""

import json
import os
import random
import signal
import subprocess
import sys
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

import aiohttp
import pytest

from configcat_mgmt import ConfigurationError, ManagementClient, Options, models
from configcat_mgmt.emulator import Emulator
from tests.emulator.contents import Contents
from tests.emulator.guesses import Guess, ids, send
from tests.emulator.sequences import play_kept
from tests.emulator.shop import open_shop
from tests.emulator.wire import Wire
from tests.schema import described

SERVER: Final = """
import sys
from configcat_mgmt.emulator import Emulator
emulator = Emulator(rate_policy=None, password="pw")
emulator.attach(sys.argv[1])
with emulator:
    print(emulator.base_url, flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "state.json"


def journal_of(path: Path) -> Path:
    return path.with_name(f"{path.name}.journal")


def client_of(url: str) -> ManagementClient:
    options = Options(limits=None)
    return ManagementClient("emulator", "pw", base_url=url, options=options)


def attached(path: Path) -> Emulator:
    emulator = Emulator(rate_policy=None, password="pw")
    emulator.attach(path)
    return emulator


def release(emulator: Emulator) -> None:
    """End as a killed process does: the files stay as they are."""
    assert emulator._journal is not None
    emulator._journal.close()


def make_tags(client: ManagementClient, count: int) -> Iterator[str]:
    (organization,) = client.organizations.get_organizations()
    product = client.products.create_product(
        organization.organization_id, models.CreateProductRequest(name="P")
    )
    for number in range(count):
        body = models.CreateTagModel(name=f"tag {number}")
        yield client.tags.create_tag(product.product_id, body).name


@pytest.mark.parametrize("calls", [0, 1, 7, 40])
def test_what_was_answered_survives_a_kill(path: Path, calls: int) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", SERVER, str(path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdin
    assert process.stdout
    with process, client_of(process.stdout.readline().strip()) as client:
        made = list(make_tags(client, calls))
        process.send_signal(signal.SIGKILL)
        process.wait()
    emulator = attached(path)
    assert [tag.name for tag in emulator.state.tags.values()] == made
    assert [one.name for one in emulator.state.products.values()] == ["P"]


@pytest.mark.parametrize("seed", ["a", "b", "c"])
async def test_repeated_sequences_give_the_very_state_that_was(
    path: Path, seed: str
) -> None:
    played, emulator = await play_kept(seed, 100, path)
    assert played.difference is None
    release(emulator)
    again = attached(path)
    assert again.snapshot() == emulator.snapshot()
    assert Contents(again.state) == Contents(emulator.state)


async def test_repeated_requests_of_all_operations_give_the_very_state_that_was(
    path: Path, session: aiohttp.ClientSession
) -> None:
    emulator = attached(path)
    chance = random.Random(3)
    endpoints = [one for one in described().endpoints.values() if one.method != "GET"]
    async with emulator:
        shop = await open_shop(Wire(emulator, session))
        known = await ids(shop)
        for number in range(500):
            endpoint = endpoints[number % len(endpoints)]
            if endpoint.method == "DELETE" and chance.random() < 0.8:
                endpoint = chance.choice(endpoints)
            outcome = await send(shop, endpoint, Guess(known, f"kept {number}"))
            assert not outcome.faults
    release(emulator)
    assert len(journal_of(path).read_bytes().splitlines()) > 40
    again = attached(path)
    assert again.snapshot() == emulator.snapshot()


def test_a_line_that_was_not_finished_counts_as_not_written(path: Path) -> None:
    emulator = attached(path)
    with emulator, client_of(emulator.base_url) as client:
        list(make_tags(client, 3))
    release(emulator)
    text = journal_of(path).read_bytes()
    lines = text.splitlines(keepends=True)
    assert len(lines) == 1 + 1 + 3
    for cut in range(1, len(lines[-1]) + 1):
        journal_of(path).write_bytes(text[:-cut])
        state = path.read_bytes()
        again = attached(path)
        expected = 3 if cut == 1 else 2
        assert len(again.state.tags) == expected
        release(again)
        path.write_bytes(state)


@pytest.mark.parametrize(
    ("damage", "problem"),
    [
        (lambda lines: [lines[0], b"00000000 {}\n", *lines[2:]], "damaged in line 2"),
        (lambda lines: [lines[0], lines[2]], "change 1 .* cannot be repeated"),
        (lambda lines: [*lines, lines[-1]], "change 5 .* cannot be repeated"),
    ],
)
def test_a_damaged_journal_is_refused_and_changes_nothing(
    path: Path, damage: Callable[[list[bytes]], list[bytes]], problem: str
) -> None:
    emulator = attached(path)
    with emulator, client_of(emulator.base_url) as client:
        list(make_tags(client, 3))
    release(emulator)
    lines = journal_of(path).read_bytes().splitlines(keepends=True)
    damaged = b"".join(damage(lines))
    journal_of(path).write_bytes(damaged)
    state = path.read_bytes()
    other = Emulator(rate_policy=None)
    before = other.snapshot()
    with pytest.raises(ConfigurationError, match=problem):
        other.attach(path)
    assert other.snapshot() == before
    assert (path.read_bytes(), journal_of(path).read_bytes()) == (state, damaged)


def test_a_journal_of_an_earlier_checkpoint_does_not_count(path: Path) -> None:
    emulator = attached(path)
    with emulator, client_of(emulator.base_url) as client:
        list(make_tags(client, 3))
    journal = journal_of(path).read_bytes()
    emulator.add_organization("Second")
    release(emulator)
    journal_of(path).write_bytes(journal)
    assert attached(path).snapshot() == emulator.snapshot()


def test_a_second_emulator_on_the_file_is_refused(path: Path) -> None:
    first = attached(path)
    second = Emulator(rate_policy=None)
    with pytest.raises(ConfigurationError, match="another emulator uses"):
        second.attach(path)
    first.detach()
    second.attach(path)
    with pytest.raises(RuntimeError, match="already keeps its state"):
        second.attach(path)


def test_detaching_leaves_one_complete_file(path: Path) -> None:
    emulator = attached(path)
    emulator.seed(flags=3)
    emulator.detach()
    assert os.listdir(path.parent) == ["state.json"]
    other = Emulator(rate_policy=None)
    other.load(path)
    assert other.snapshot() == emulator.snapshot()
    before = path.read_bytes()
    emulator.seed(flags=1)
    assert path.read_bytes() == before


def test_everything_else_that_changes_the_state_is_kept_too(path: Path) -> None:
    emulator = attached(path)
    (product,) = emulator.seed(flags=3)
    emulator.add_user("b@example.com", "B", username="b", password="b")
    emulator.add_organization("Second")
    snapshot = emulator.snapshot()
    release(emulator)
    again = attached(path)
    assert again.snapshot() == snapshot
    assert product in again.state.products
    again.reset()
    release(again)
    assert attached(path).state.products == {}


def test_a_full_disk_refuses_the_change_and_loses_nothing(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    emulator = attached(path)
    journal = emulator._journal
    assert journal is not None
    descriptor = journal._descriptor
    real_write = os.write

    def write(number: int, data: bytes) -> int:
        if number == descriptor and b"tag 1" in data:
            real_write(number, data[:5])
            raise OSError(28, "No space left on device")
        return real_write(number, data)

    with emulator, client_of(emulator.base_url) as client:
        tags = make_tags(client, 3)
        assert next(tags) == "tag 0"
        monkeypatch.setattr(os, "write", write)
        options = Options(limits=None, max_attempts=1)
        (product,) = emulator.state.products
        with (
            ManagementClient(
                "emulator", "pw", base_url=emulator.base_url, options=options
            ) as once,
            pytest.raises(Exception, match="500"),
        ):
            once.tags.create_tag(product, models.CreateTagModel(name="tag 1"))
        monkeypatch.undo()
        client.tags.create_tag(product, models.CreateTagModel(name="later"))
    release(emulator)
    assert attached(path).snapshot() == emulator.snapshot()


def test_a_long_journal_becomes_a_checkpoint(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("configcat_mgmt.emulator.storage.journal.MAX_BYTES", 1000)
    emulator = attached(path)
    with emulator, client_of(emulator.base_url) as client:
        list(make_tags(client, 20))
    assert journal_of(path).stat().st_size < 2000
    release(emulator)
    assert len(attached(path).state.tags) == 20


def test_a_refused_request_uses_up_no_ids(path: Path) -> None:
    emulator = attached(path)
    with emulator, client_of(emulator.base_url) as client:
        list(make_tags(client, 1))
        before = emulator.state.identifiers.position
        (product,) = emulator.state.products
        with pytest.raises(Exception, match="400"):
            client.tags.create_tag(product, models.CreateTagModel(name="TAG 0"))
        assert emulator.state.identifiers.position == before
    assert len(journal_of(path).read_bytes().splitlines()) == 3


def test_a_journal_of_a_newer_form_is_refused(path: Path) -> None:
    emulator = attached(path)
    release(emulator)
    _, _, text = journal_of(path).read_bytes().strip().partition(b" ")
    header = json.dumps({**json.loads(text), "format": 9}).encode()
    journal_of(path).write_bytes(b"%08x %b\n" % (zlib.crc32(header), header))
    with pytest.raises(ConfigurationError, match="format 9"):
        attached(path)
