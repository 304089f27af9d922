"""Tests of the base URL: its sources, and the addresses that are refused."""

import pytest

from configcat_mgmt.core.base_url import resolve_base_url
from configcat_mgmt.errors import ConfigurationError


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
