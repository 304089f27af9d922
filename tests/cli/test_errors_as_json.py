"""`--json` with an error: one JSON document that says what happened."""

import pytest

from configcat_mgmt.cli.commands import whoami
from configcat_mgmt.emulator import Fault
from tests.cli.here import Here

KEYS = {"class", "message", "remedy", "exit_code"}


def raise_surprise(*_: object) -> None:
    raise KeyError("surprise")


def raise_interrupt(*_: object) -> None:
    raise KeyboardInterrupt


@pytest.mark.parametrize(
    ("arguments", "name", "words"),
    [
        (("copy", "--json"), "MissingParameter", "missing argument 'PRODUCT'"),
        (("cpy", "--json"), "UsageError", "there is no command 'cpy'"),
        (("copy", "Nowhere", "--json"), "ConfigurationError", "Nowhere"),
        (("verify", "gone.json", "--json"), "ConfigurationError", "gone.json"),
        (("call", "get-tag", "--tag-id", "1", "--json"), "NotFoundError", "404"),
        (("bulk", "-", "--json"), "ConfigurationError", "line 1"),
    ],
)
def test_an_error_is_a_json_document(
    here: Here,
    monkeypatch: pytest.MonkeyPatch,
    arguments: tuple[str, ...],
    name: str,
    words: str,
) -> None:
    monkeypatch.setattr("configcat_mgmt.cli.commands.bulk.sys.stdin", Lines(b"[]\n"))
    done = here.run(*arguments)
    error = done.json["error"]
    assert {*error} == KEYS
    assert error["class"] == name
    assert words in error["message"]
    assert error["exit_code"] == done.code == 1
    assert f"error: {error['message'].splitlines()[0]}" in done.err


class Lines:
    """Standard input with some lines."""

    def __init__(self, data: bytes) -> None:
        import io

        self.buffer = io.BytesIO(data)


def test_a_refusal_has_its_remedy_and_the_words_of_the_service(here: Here) -> None:
    here.emulator.faults.add(Fault("status", "get-me", status=401))
    error = here.run("whoami", "--json").json["error"]
    assert error["class"] == "AuthenticationError"
    assert error["remedy"].startswith("Check the user name")


@pytest.mark.parametrize("status", [401, 403, 404, 500])
def test_a_remedy_repeats_and_contradicts_no_message(here: Here, status: int) -> None:
    here.emulator.faults.add(Fault("status", "get-me", count=None, status=status))
    error = here.run("whoami", "--json").json["error"]
    assert "retries" not in error["remedy"]
    assert "check user name" not in error["message"]
    assert "not exist" not in error["remedy"]
    assert "credentials are valid" not in error["remedy"]


@pytest.mark.parametrize(
    ("happens", "name", "code"),
    [(raise_surprise, "KeyError", 1), (raise_interrupt, "KeyboardInterrupt", 130)],
)
def test_a_defect_and_an_interrupt_are_json_documents_too(
    here: Here,
    monkeypatch: pytest.MonkeyPatch,
    happens: object,
    name: str,
    code: int,
) -> None:
    monkeypatch.setattr(whoami, "connect", happens)
    done = here.run("whoami", "--json")
    assert done.code == code
    assert done.json["error"]["class"] == name
    assert done.json["error"]["exit_code"] == code


def test_without_json_an_error_leaves_standard_output_empty(here: Here) -> None:
    done = here.run("copy", "Nowhere")
    assert done.out == ""
    assert done.err.splitlines()[-1].startswith("error: ")
