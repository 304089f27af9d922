"""Types for the parts of the official evaluation SDK that the demo uses.

The SDK (`configcat-client`) comes with the extra `demo` and has no type hints.
"""

import logging
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from importlib import import_module
from typing import Final, Protocol, cast

from configcat_mgmt.cli.demo.people import Person
from configcat_mgmt.cli.terminal.extras import require_packages
from configcat_mgmt.errors import JobError

NEEDED: Final = {"configcatclient": "configcat-client", "jinja2": "jinja2"}
"""The packages of the extra, by the module to import."""


class Details(Protocol):
    """The evaluation of a flag."""

    key: str
    value: object
    variation_id: str | None
    error: str | None


class Refreshed(Protocol):
    """The result of a download."""

    is_success: bool
    error: str | None


class Sdk(Protocol):
    """A client of the SDK."""

    def force_refresh(self) -> Refreshed:
        """Download the published config."""
        ...

    def get_all_value_details(self, user: object) -> Sequence[Details]:
        """Evaluate all flags."""
        ...

    def close(self) -> None:
        """Release the client."""
        ...


def require_extra() -> None:
    """Check that the packages of the extra `demo` are installed.

    Raises:
        ConfigurationError: A package is missing; the message says how to install it.
    """
    require_packages("the demo", "demo", NEEDED)


@contextmanager
def published(base_url: str, sdk_key: str) -> Generator[Sdk, None, None]:
    """Download a published config, to evaluate its flags.

    Args:
        base_url: Address of the emulator.
        sdk_key: SDK key of the config in one environment.

    Raises:
        JobError: The config cannot be downloaded.
    """
    polling = import_module("configcatclient.pollingmode").PollingMode
    options = import_module("configcatclient.configcatoptions").ConfigCatOptions(
        base_url=base_url, polling_mode=polling.manual_poll()
    )
    # The SDK warns about every user without an attribute that a rule tests.
    logging.getLogger("configcat").setLevel(logging.CRITICAL)
    sdk = cast("Sdk", import_module("configcatclient").get(sdk_key, options))
    try:
        refreshed = sdk.force_refresh()
        if not refreshed.is_success:
            raise JobError("download of a config", str(refreshed.error))
        yield sdk
    finally:
        sdk.close()


def sdk_user(person: Person) -> object:
    """Convert a user to the type of the SDK."""
    return import_module("configcatclient.user").User(
        person.identifier, person.email, person.country, person.custom
    )
