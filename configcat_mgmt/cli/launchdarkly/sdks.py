"""Types for the parts of both vendors' evaluation SDKs that a check uses.

Both come with the extra `launchdarkly`. They have no network access here, except that
ConfigCat's SDK downloads the config from the emulator.
"""

import logging
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from copy import deepcopy
from functools import partial
from importlib import import_module
from typing import Any, Final, cast

import attrs

from configcat_mgmt.cli.terminal.extras import require_packages
from configcat_mgmt.errors import JobError
from configcat_mgmt.jobs.launchdarkly import SourceValue
from configcat_mgmt.json_value import JsonValue

NEEDED: Final = {
    "configcatclient": "configcat-client",
    "ldclient": "launchdarkly-server-sdk",
}
"""The packages of the extra, by the module to import."""

_KNOWN: Final = ("Identifier", "Email", "Country")


def require_sdks() -> None:
    """Check that the packages of the extra `launchdarkly` are installed.

    Raises:
        ConfigurationError: A package is missing; the message says how to install it.
    """
    require_packages("the check", "launchdarkly", NEEDED)


@attrs.frozen
class LaunchDarklySdk:
    """Evaluates flags with LaunchDarkly's server SDK."""

    client: Any = attrs.field(repr=False)
    _context: Any = attrs.field(repr=False)

    def evaluate(self, key: str, context: Mapping[str, JsonValue]) -> SourceValue:
        """Evaluate a flag."""
        made = self._context.from_dict(dict(context))
        detail = self.client.variation_detail(key, made, None)
        return SourceValue(detail.value, _reason(detail.reason))


@attrs.frozen
class ConfigCatSdk:
    """Evaluates settings with ConfigCat's SDK."""

    client: Any = attrs.field(repr=False)
    _user: Any = attrs.field(repr=False)

    def evaluate(self, key: str, attributes: Mapping[str, object]) -> object:
        """Evaluate a setting; None if that failed."""
        custom = {
            name: value for name, value in attributes.items() if name not in _KNOWN
        }
        identifier, email, country = map(attributes.get, _KNOWN)
        user = self._user(identifier, email, country, custom)
        return self.client.get_value(key, None, user)


class _Data:
    """A data source of LaunchDarkly's SDK that has all flags from the start.

    The SDK's own source for files parses JSON as YAML, which takes minutes for a large
    project.
    """

    def __init__(self, data: Mapping[str, JsonValue], *given: object) -> None:
        """Take the data, and the SDK's config, store and event."""
        self._data = data
        self._config, _, self._ready = cast("tuple[Any, Any, Any]", given)
        self._is_loaded = False

    def start(self) -> None:
        """Load the data; `initialized` tells whether it is sound."""
        kinds: Any = import_module("ldclient.versioned_data_kind")
        found = {
            # Copied, because the SDK changes what it is given.
            kinds.FEATURES: deepcopy(self._data["flags"]),
            kinds.SEGMENTS: deepcopy(self._data["segments"]),
        }
        try:
            self._config.data_source_update_sink.init(found)
            self._is_loaded = True
        finally:
            self._ready.set()

    def stop(self) -> None:
        """Do nothing, since nothing runs."""

    def initialized(self) -> bool:
        """Whether the data was accepted."""
        return self._is_loaded


@contextmanager
def launchdarkly_sdk(
    data: Mapping[str, JsonValue],
) -> Generator[LaunchDarklySdk, None, None]:
    """Load flags into LaunchDarkly's SDK, without network.

    Args:
        data: Flags and segments of one environment, in the form of the SDK.

    Raises:
        JobError: The SDK refuses the data.
    """
    sdk: Any = import_module("ldclient")
    # The SDK logs every evaluation that the data makes impossible.
    logging.getLogger("ldclient").setLevel(logging.CRITICAL)
    config = sdk.config.Config(
        "no-key",
        update_processor_class=partial(_Data, data),
        send_events=False,
        diagnostic_opt_out=True,
    )
    client = sdk.client.LDClient(config)
    try:
        if not client.is_initialized():
            message = "LaunchDarkly's SDK refuses the data of the export"
            raise JobError("check", message)
        yield LaunchDarklySdk(client, sdk.Context)
    finally:
        client.close()


@contextmanager
def configcat_sdk(base_url: str, sdk_key: str) -> Generator[ConfigCatSdk, None, None]:
    """Download a published config into ConfigCat's SDK.

    Args:
        base_url: Address of the emulator.
        sdk_key: SDK key of the config in one environment.

    Raises:
        JobError: The config cannot be downloaded.
    """
    polling: Any = import_module("configcatclient.pollingmode").PollingMode
    options: Any = import_module("configcatclient.configcatoptions").ConfigCatOptions
    # The SDK warns about every user without an attribute that a rule tests.
    logging.getLogger("configcat").setLevel(logging.CRITICAL)
    sdk: Any = import_module("configcatclient").get(
        sdk_key, options(base_url=base_url, polling_mode=polling.manual_poll())
    )
    try:
        refreshed = sdk.force_refresh()
        if not refreshed.is_success:
            raise JobError("download of a config", str(refreshed.error))
        yield ConfigCatSdk(sdk, import_module("configcatclient.user").User)
    finally:
        sdk.close()


def _reason(reason: Mapping[str, object]) -> str:
    kind = str(reason.get("kind"))
    for name in ("ruleIndex", "prerequisiteKey", "errorKind"):
        if name in reason:
            return f"{kind} {reason[name]}"
    return kind
