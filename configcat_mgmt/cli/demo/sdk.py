"""The official evaluation SDK, as far as the demo uses it; it has no types of its own.

It comes with the extra `demo`, as `configcat-client`.
"""

import logging
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from importlib import import_module
from importlib.util import find_spec
from typing import Final, Protocol, cast

from configcat_mgmt.cli.demo.people import Person
from configcat_mgmt.errors import ConfigurationError, JobError

NEEDED: Final = {"configcatclient": "configcat-client", "jinja2": "jinja2"}
"""What the extra brings: packages by the modules to import."""


class Details(Protocol):
    """What became of evaluating a flag."""

    key: str
    value: object
    variation_id: str | None
    error: str | None


class Refreshed(Protocol):
    """What became of a download."""

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
        """Forget it."""
        ...


def require_extra() -> None:
    """Make sure that what the extra `demo` brings is there.

    Raises:
        ConfigurationError: It is not; says how to install it.
    """
    missing = [package for name, package in NEEDED.items() if find_spec(name) is None]
    if missing:
        raise ConfigurationError(
            f"the demo needs {' and '.join(missing)}, which the plain install leaves "
            "out; install it with: pip install 'configcat-mgmt[demo]'"
        )


@contextmanager
def published(base_url: str, sdk_key: str) -> Generator[Sdk, None, None]:
    """Download a published config, to evaluate its flags.

    Args:
        base_url: Of the emulator.
        sdk_key: Of the config in an environment.

    Raises:
        JobError: It cannot be downloaded.
    """
    polling = import_module("configcatclient.pollingmode").PollingMode
    options = import_module("configcatclient.configcatoptions").ConfigCatOptions(
        base_url=base_url, polling_mode=polling.manual_poll()
    )
    # It warns of every user who lacks an attribute that a rule asks for.
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
    """Return a user as the SDK takes it."""
    return import_module("configcatclient.user").User(
        person.identifier, person.email, person.country, person.custom
    )
