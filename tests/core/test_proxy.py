"""Proxies: every address gives a working client or a `ConfigurationError`."""

import pytest

from configcat_mgmt import AsyncManagementClient, ConfigurationError, Options
from configcat_mgmt.core.auth import Secret
from configcat_mgmt.core.proxy import check_proxy, environment_proxy
from tests.quick_client import PASSWORD, USER

SERVICE = "https://api.configcat.com"
BAD = [
    ("http://[::1", "invalid address"),
    ("http://a..b", "names no host"),
    ("http://user:hush@a..b:80", "names no host"),
    ("http://user:hush@[::1", "invalid address"),
    ("http://user:hush@host:99999", "invalid address or port"),
    ("http://host:hush", "invalid address or port"),
    ("http://host:0", "invalid address or port"),
    ("http://[1:2]", "IPv6|invalid"),
    (f"http://{'a' * 64}.example", "names no host"),
    ("http://b\u00fccher.example", "names no host"),
    ("http://us er@ho st", "names no host"),
    ("http://", "an http"),
    ("socks5://user:hush@host", "an http"),
    ("https:host", "an http|invalid address"),
    ("http://host/hush", "a path"),
    ("http://host?hush", "a query"),
    ("http://host#hush", "a fragment"),
    ("http://us%3Aer:hush@host", "colon"),
    ("http://user:hush%E2%82%AC@host", "Latin-1"),
    ("http://user:hush%FF@host", "Latin-1"),
    ("http://user:hush\n@host", "control character"),
    ("http://user:hush\ud800@host", "invalid Unicode"),
]
GOOD = [
    "http://proxy.example",
    "http://proxy.example:3128/",
    "https://user:p%C3%A4ss%3A%40@proxy:3128",
    "HTTP://[::1]:3128",
    "http://10.0.0.1",
]


@pytest.fixture(autouse=True)
def _no_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


@pytest.mark.parametrize(("url", "problem"), BAD)
def test_an_address_that_no_proxy_can_have_is_refused_without_its_password(
    url: str,
    problem: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with pytest.raises(ConfigurationError, match=problem) as caught:
        Options(proxy=url)
    assert str(caught.value).startswith("Options(proxy=...)")
    assert "hush" not in str(caught.value)
    if "\ud800" in url:
        return
    for variable in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY"):
        with monkeypatch.context() as patch:
            patch.setenv(variable, url)
            with pytest.raises(ConfigurationError, match=problem) as caught:
                AsyncManagementClient(
                    USER, PASSWORD, options=Options(proxy="environment")
                )
        assert str(caught.value).startswith(f"{variable.upper()} ")
        assert "hush" not in str(caught.value)
        # Another variable, or none asked for, harms nobody.
        AsyncManagementClient(USER, PASSWORD, options=Options(proxy="environment"))


@pytest.mark.parametrize("url", GOOD)
def test_an_address_of_a_proxy_is_accepted(
    url: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert Options(proxy=url).proxy == url
    monkeypatch.setenv("HTTPS_PROXY", url)
    assert environment_proxy(SERVICE) == Secret(url)


def test_the_environment_is_read_as_other_programs_do(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert environment_proxy(SERVICE) is None
    monkeypatch.setenv("ALL_PROXY", "all:1")
    assert environment_proxy(SERVICE) == Secret("http://all:1")
    monkeypatch.setenv("HTTP_PROXY", "http://[::1")
    monkeypatch.setenv("HTTPS_PROXY", "http://upper")
    assert environment_proxy(SERVICE) == Secret("http://upper")
    monkeypatch.setenv("https_proxy", "http://lower")
    assert environment_proxy(SERVICE) == Secret("http://lower")
    for bypass in ("*", "api.configcat.com", ".configcat.com", "x, api.configcat.com"):
        monkeypatch.setenv("NO_PROXY", bypass)
        assert environment_proxy(SERVICE) is None
    monkeypatch.setenv("NO_PROXY", "::1,h:8443")
    assert environment_proxy("https://[::1]:8443") is None
    assert environment_proxy("https://h:8443") is None
    assert environment_proxy("https://h:8444") is not None


def test_an_address_of_the_wrong_type_is_refused() -> None:
    with pytest.raises(ConfigurationError, match="must be text, not int"):
        check_proxy("HTTPS_PROXY", Secret(5))  # type: ignore[arg-type]
