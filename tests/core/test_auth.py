"""Tests of credentials: their sources, and that they stay hidden."""

import copy
import pickle

import pytest

from configcat_mgmt.core.auth import (
    Credentials,
    Secret,
    check_header_text,
    hide,
)
from configcat_mgmt.errors import ConfigurationError

WORDS = "s3cret-words"
PREFERRED = {"CONFIGCAT_API_USER": "u1", "CONFIGCAT_API_PASS": "p1"}
TERRAFORM = {"CONFIGCAT_BASIC_AUTH_USERNAME": "u2"}
TERRAFORM["CONFIGCAT_BASIC_AUTH_PASSWORD"] = "p2"


def refusal(username: object, password: object) -> str:
    with pytest.raises(ConfigurationError) as caught:
        Credentials(username, password)  # type: ignore[arg-type]
    return str(caught.value)


def test_a_secret_shows_in_no_form() -> None:
    secret = Secret(WORDS)
    forms = [repr(secret), str(secret), f"{secret}", f"{[secret]}", "%s" % secret]  # noqa: UP031
    assert all(WORDS not in form for form in forms)
    assert not hasattr(secret, "__dict__")
    assert secret.reveal() == WORDS


@pytest.mark.parametrize(
    "value",
    [Secret(WORDS), Credentials("u", WORDS)],
    ids=["secret", "credentials"],
)
def test_secrets_refuse_to_be_pickled_and_copied(value: object) -> None:
    for make_copy in (pickle.dumps, copy.copy, copy.deepcopy):
        with pytest.raises(TypeError, match="not pickled"):
            make_copy(value)


def test_secrets_are_equal_by_their_text() -> None:
    assert Secret("a") == Secret("a")
    assert Secret("a") != Secret("b")
    assert Secret("a") != "a"
    assert hash(Secret("a")) == hash(Secret("a"))
    assert Secret("\ud800") != Secret("a")


def test_hiding_a_secret_twice_changes_nothing() -> None:
    secret = Secret(WORDS)
    assert hide(secret) is secret
    assert hide(WORDS) == secret


def test_the_header_is_basic_authentication_in_utf_8() -> None:
    header = Credentials("user", "pässwörd:x").header().reveal()
    assert header == "Basic dXNlcjpww6Rzc3fDtnJkOng="


def test_credentials_are_compared_by_both_parts() -> None:
    assert Credentials("u", "p") == Credentials(Secret("u"), Secret("p"))
    assert Credentials("u", "p") != Credentials("u", "q")
    assert Credentials("u", "p") != Credentials("v", "p")
    assert Credentials("u", "p") != ("u", "p")
    assert len({Credentials("u", "p"), Credentials("u", "p")}) == 1
    assert Credentials("u", "p").digest() != Credentials("u", "q").digest()
    assert repr(Credentials("u", WORDS)) == "Credentials(***)"


@pytest.mark.parametrize("bad", ["a\rb", "a\nb", "a\0b", "a\x7fb", "\ud800"])
def test_text_that_no_header_can_carry_is_refused_and_not_shown(bad: str) -> None:
    for text in (refusal(bad, "p"), refusal("u", bad)):
        assert "not shown here" in text
        assert bad not in text
    with pytest.raises(ConfigurationError, match="the user agent holds"):
        check_header_text("the user agent", bad)


@pytest.mark.parametrize(
    ("username", "password", "expected"),
    [
        ("", "p", "must not be empty"),
        ("u", "", "must not be empty"),
        ("a:b", "p", "holds a colon"),
        (b"u", "p", "the user name must be text, not bytes"),
        ("u", 5, "the password must be text, not int"),
        (None, "p", "the user name must be text, not NoneType"),
    ],
)
def test_unusable_credentials_are_refused_with_the_reason(
    username: object,
    password: object,
    expected: str,
) -> None:
    assert expected in refusal(username, password)


def test_the_environment_is_read_in_the_documented_order() -> None:
    assert Credentials.from_environment(PREFERRED) == Credentials("u1", "p1")
    assert Credentials.from_environment(TERRAFORM) == Credentials("u2", "p2")
    both = {**TERRAFORM, **PREFERRED}
    assert Credentials.from_environment(both) == Credentials("u1", "p1")
    other = {name.replace("CONFIGCAT", "OTHER"): v for name, v in PREFERRED.items()}
    found = Credentials.from_environment(other, prefix="OTHER")
    assert found == Credentials("u1", "p1")


def test_arguments_go_before_the_environment_one_by_one() -> None:
    user, word = ({key: PREFERRED[key]} for key in PREFERRED)
    assert Credentials.resolve("mine", None, word) == Credentials("mine", "p1")
    assert Credentials.resolve(None, "mine", user) == Credentials("u1", "mine")
    assert Credentials.resolve("u1", None, PREFERRED) == Credentials("u1", "p1")
    assert Credentials.resolve("u2", None, {**PREFERRED, **TERRAFORM}) == Credentials(
        "u2", "p2"
    )


MIXED = [
    ("mine", None, PREFERRED),
    (None, "mine", PREFERRED),
    (None, None, {"CONFIGCAT_API_USER": "u1", "CONFIGCAT_BASIC_AUTH_PASSWORD": "p2"}),
    (None, None, {"CONFIGCAT_BASIC_AUTH_USERNAME": "u2", "CONFIGCAT_API_PASS": "p1"}),
]


@pytest.mark.parametrize(("username", "password", "environ"), MIXED)
def test_a_user_name_never_takes_the_password_of_another(
    username: str | None,
    password: str | None,
    environ: dict[str, str],
) -> None:
    with pytest.raises(ConfigurationError, match="no user name with its own password"):
        Credentials.resolve(username, password, environ)


def test_a_complete_pair_goes_before_half_a_pair() -> None:
    environ = {"CONFIGCAT_API_USER": "u1", **TERRAFORM}
    assert Credentials.from_environment(environ) == Credentials("u2", "p2")


def test_an_empty_variable_counts_as_absent() -> None:
    environ = {**TERRAFORM, "CONFIGCAT_API_USER": "", "CONFIGCAT_API_PASS": ""}
    assert Credentials.from_environment(environ) == Credentials("u2", "p2")


@pytest.mark.parametrize(
    ("environ", "missing"),
    [({}, "user name"), ({"CONFIGCAT_API_USER": "u"}, "password")],
)
def test_a_missing_credential_is_named_with_the_variables(
    environ: dict[str, str],
    missing: str,
) -> None:
    with pytest.raises(ConfigurationError, match=f"no {missing}: ") as caught:
        Credentials.from_environment(environ)
    for name in (*PREFERRED, *TERRAFORM):
        assert name in str(caught.value)
