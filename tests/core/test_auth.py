"""Tests of credentials and base URLs: where they come from, and that they hide."""

import copy
import pickle

import pytest

from configcat_mgmt.core.auth import (
    Credentials,
    Secret,
    check_header_text,
    hide,
    resolve_base_url,
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


@pytest.mark.parametrize(
    ("given", "environ", "expected"),
    [
        (None, {}, "https://api.configcat.com"),
        ("https://x.example/", {}, "https://x.example"),
        ("https://x.example/a/b//", {}, "https://x.example/a/b"),
        ("HTTPS://x.example:444", {}, "https://x.example:444"),
        ("http://localhost:80", {}, "http://localhost:80"),
        ("http://127.9.9.9", {}, "http://127.9.9.9"),
        ("http://[::1]:80/x", {}, "http://[::1]:80/x"),
        (None, {"CONFIGCAT_BASE_URL": "https://b.example"}, "https://b.example"),
        (None, {"CONFIGCAT_API_HOST": "h.example"}, "https://h.example"),
        ("https://x.example", {"CONFIGCAT_API_HOST": "h"}, "https://x.example"),
        (None, {"CONFIGCAT_API_HOST": "https://h.example"}, "https://h.example"),
        (None, {"CONFIGCAT_API_HOST": "h.example:8443"}, "https://h.example:8443"),
        (None, {"CONFIGCAT_BASE_PATH": "https://b.example/x"}, "https://b.example/x"),
        (
            None,
            {"CONFIGCAT_API_HOST": "h", "CONFIGCAT_BASE_PATH": "https://b.example"},
            "https://b.example",
        ),
        (f"https://{'a' * 63}.example.", {}, f"https://{'a' * 63}.example."),
        (
            None,
            {"CONFIGCAT_API_HOST": "h", "CONFIGCAT_BASE_URL": "https://b.example"},
            "https://b.example",
        ),
    ],
)
def test_the_base_url_comes_from_the_argument_or_the_environment(
    given: str | None,
    environ: dict[str, str],
    expected: str,
) -> None:
    assert resolve_base_url(given, environ=environ) == expected


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("", "must be absolute"),
        ("api.configcat.com", "must be absolute"),
        ("//api.configcat.com", "must be absolute"),
        ("ftp://api.configcat.com", "must be absolute"),
        ("https://", "must be absolute"),
        ("https:///path", "must be absolute"),
        ("https://host:99999", "must be absolute"),
        ("https://host:0", "must be absolute"),
        ("https://host:port", "must be absolute"),
        ("https://[::1", "must be absolute"),
        ("https://ho st", "must be absolute"),
        ("https://host\\@evil.example", "credentials"),
        ("https://host\\evil", "must be absolute"),
        ("https://user:pass@host", "must not hold credentials"),
        ("https://user@host", "must not hold credentials"),
        ("https://host?", "query or a fragment"),
        ("https://host/?a=b", "query or a fragment"),
        ("https://host/#", "query or a fragment"),
        ("https://host/\n", "control character"),
        ("https://bücher.example", "ASCII"),
        ("http://x.example", "plain http to x.example"),
        ("http://localhost.evil.example", "plain http"),
        ("http://127.0.0.1.evil.example", "plain http"),
        ("http://0.0.0.0", "plain http"),
        (5, "must be text, not int"),
        ("https://api..x", "no host that can exist"),
        ("https://.x", "no host that can exist"),
        ("https://-x.example", "no host that can exist"),
        ("https://x,y", "no host that can exist"),
        (f"https://{'a' * 64}.example", "no host that can exist"),
        (f"https://{'.'.join(['a' * 60] * 5)}", "more than 253"),
        ("https://[::1]x", "must be absolute|no host"),
        ("https://[::1%25eth0]", "must be absolute|no host"),
        ("https://[1:2]", "must be absolute|IPv6"),
        ("https://[v1.x]", "must be absolute|no host"),
    ],
)
def test_a_base_url_that_could_lead_astray_is_refused(url: str, expected: str) -> None:
    with pytest.raises(ConfigurationError, match=expected) as caught:
        resolve_base_url(url, environ={})
    assert "pass@" not in str(caught.value)


def test_plain_http_to_elsewhere_has_to_be_asked_for() -> None:
    url = "http://intranet.example"
    assert resolve_base_url(url, allow_insecure=True, environ={}) == url


@pytest.mark.parametrize(
    "host", ["x/path", "https://https://x", "user@x", "x y", "x:y"]
)
def test_a_variable_that_names_no_host_is_refused_by_its_name(host: str) -> None:
    with pytest.raises(ConfigurationError, match="CONFIGCAT_API_HOST"):
        resolve_base_url(None, environ={"CONFIGCAT_API_HOST": host})
