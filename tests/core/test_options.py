"""Tests of the options: the accepted values, and the errors for all others."""

import copy
import math
import pickle
import ssl

import attrs
import pytest
from aiohttp import ClientSession, Fingerprint, TCPConnector

from configcat_mgmt.core.hooks import Hooks
from configcat_mgmt.core.options import OptionChanges, Options
from configcat_mgmt.core.pacing.limits import RateLimit
from configcat_mgmt.errors import ConfigurationError

INFINITE = math.inf


def test_the_defaults_are_the_published_policy_and_safe() -> None:
    options = Options()
    assert options.limits == (RateLimit(20, 1.0), RateLimit(500, 60.0))
    assert (options.share, options.probe) == (1.0, False)
    assert options.max_attempts == 4
    assert options.timeout_seconds == 30.0
    assert options.deadline_seconds is None
    assert options.max_retry_after_seconds == 120.0
    assert options.max_response_bytes == 16 * 2**20
    assert options.ssl is True
    assert options.allow_insecure is False
    assert options.proxy is None
    assert options.user_agent.startswith("configcat-mgmt-python/")


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("share", [0.001, 0.5, 1, 1.0]),
        ("max_attempts", [1, 4, 100]),
        ("timeout_seconds", [0.001, 5, 1e6]),
        ("deadline_seconds", [None, 0.001, 3600]),
        ("max_retry_after_seconds", [0, 0.5, 600]),
        ("max_response_bytes", [1024, 2**40]),
        ("media_type", ["application/json", "application/hal+json"]),
        ("ssl", [True, ssl.create_default_context()]),
        ("proxy", [None, "environment", "http://proxy.example:3128"]),
        ("hooks", [None, Hooks()]),
        ("limits", [None, ((1, 2.0),), [RateLimit(3, 1.0), (5, 10)]]),
    ],
)
def test_every_value_of_the_range_is_accepted(name: str, values: list[object]) -> None:
    for value in values:
        made = Options(**{name: value})  # type: ignore[arg-type]
        assert name == "limits" or getattr(made, name) == value


@pytest.mark.parametrize(
    ("name", "values", "allowed"),
    [
        ("share", [0, 0.0, -1, 1.01, math.nan, INFINITE, "1", None], "above 0 up to 1"),
        ("max_attempts", [0, 101, 2.0, True, "3"], "a whole number from 1 up to 100"),
        ("timeout_seconds", [0, -1, math.nan, INFINITE, True, None], "above 0"),
        ("deadline_seconds", [0, -0.1, math.nan, INFINITE], "a number above 0"),
        ("max_retry_after_seconds", [-0.1, math.nan, INFINITE], "a number from 0"),
        ("max_response_bytes", [0, 1023, 1e6, -1], "a whole number from 1024"),
        ("media_type", ["text/html", None], "application/json or application/hal"),
        ("user_agent", ["", "  ", None, b"x"], "must be text that is not empty"),
        ("ssl", [False, None, "x"], "must be True or an ssl.SSLContext"),
        ("hooks", [print, Hooks], "must derive from configcat_mgmt.Hooks"),
        ("proxy", ["", "proxy:3128", "socks5://x", 5], "an http"),
        ("session", [object(), "x"], "must be an aiohttp.ClientSession"),
        ("limits", [(), ((0, 1.0),), ((1, 1.0), (2, 1.0))], "imit"),
        ("limits", [(20, 1), 20, ((1, 2, 3),), (None,)], "pair"),
    ],
)
def test_a_value_out_of_range_is_refused_with_the_allowed_range(
    name: str,
    values: list[object],
    allowed: str,
) -> None:
    for value in values:
        with pytest.raises(ConfigurationError, match=allowed):
            Options(**{name: value})  # type: ignore[arg-type]


@pytest.mark.parametrize("digits", [400, 5000])
@pytest.mark.parametrize("name", ["max_attempts", "timeout_seconds", "share"])
def test_an_absurdly_large_number_is_refused_like_any_other(
    name: str,
    digits: int,
) -> None:
    with pytest.raises(ConfigurationError, match=name):
        Options(**{name: 10**digits})  # type: ignore[arg-type]


@pytest.mark.parametrize("bad", ["a\nb", "a\rb", "a\0", "\x7f"])
def test_a_user_agent_cannot_smuggle_a_header_in(bad: str) -> None:
    with pytest.raises(ConfigurationError, match="user_agent"):
        Options(user_agent=bad)


def test_options_are_frozen_and_hide_the_proxy() -> None:
    options = Options(proxy="http://user:hush@proxy.example")
    assert "hush" not in repr(options)
    assert "proxy='***'" in repr(options)
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        options.share = 0.5  # type: ignore[misc]


def test_options_are_copied_as_they_are_and_pickled_without_a_password() -> None:
    options = Options(share=0.5, proxy="http://proxy.example")
    assert pickle.loads(pickle.dumps(options)) == options  # noqa: S301
    secret = Options(proxy="http://user:hush@proxy.example")
    assert copy.copy(secret) is copy.deepcopy([secret])[0] is secret
    for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
        with pytest.raises(TypeError, match="not pickled; use proxy='environment'"):
            pickle.dumps({"options": secret}, protocol)


def unverified(*, hostname_only: bool = False) -> ssl.SSLContext:
    context = ssl.create_default_context()
    context.check_hostname = False
    if not hostname_only:
        context.verify_mode = ssl.CERT_NONE
    return context


async def test_certificates_are_verified_unless_insecure_connections_are_allowed() -> (
    None
):
    for context in (unverified(), unverified(hostname_only=True)):
        for fields in (
            {"ssl": context},
            {"session": ClientSession(connector=TCPConnector(ssl=context))},
        ):
            with pytest.raises(ConfigurationError, match="does not verify"):
                Options(**fields)  # type: ignore[arg-type]
            with pytest.raises(ConfigurationError, match="does not verify"):
                attrs.evolve(Options(), **fields)
            Options(**fields, allow_insecure=True)  # type: ignore[arg-type]
            if "session" in fields:
                Options(**fields, ssl=ssl.create_default_context())  # type: ignore[arg-type]
                await fields["session"].close()  # type: ignore[union-attr]
    pinned = Fingerprint(bytes(32))
    for verified in (True, pinned, ssl.create_default_context()):
        async with ClientSession(connector=TCPConnector(ssl=verified)) as session:
            assert Options(session=session).session is session
    async with ClientSession(connector=TCPConnector(ssl=False)) as session:
        with pytest.raises(ConfigurationError, match="connector does not verify"):
            Options(session=session)


def test_a_proxy_that_is_refused_is_not_shown() -> None:
    with pytest.raises(ConfigurationError) as caught:
        Options(proxy="socks5://user:hush@proxy.example")
    assert "hush" not in str(caught.value)


def test_a_view_can_change_options_that_do_not_belong_to_the_session() -> None:
    fixed = {"pace", "proxy", "session", "loop_factory", "allow_insecure"}
    names = {field.name for field in attrs.fields(Options)}
    assert set(OptionChanges.__annotations__) == names - fixed
