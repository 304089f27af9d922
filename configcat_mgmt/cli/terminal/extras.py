"""The packages of an extra, which a plain install does not include."""

from collections.abc import Mapping
from importlib.util import find_spec

from configcat_mgmt.errors import ConfigurationError


def require_packages(purpose: str, extra: str, packages: Mapping[str, str]) -> None:
    """Check that packages are installed.

    Args:
        purpose: The work that needs them, such as `the check`.
        extra: The extra that brings them.
        packages: Names of the packages, by the module to import.

    Raises:
        ConfigurationError: A package is missing; the message says how to install it.
    """
    missing = [package for name, package in packages.items() if find_spec(name) is None]
    if missing:
        raise ConfigurationError(
            f"{purpose} needs {' and '.join(missing)}, which a plain install does not "
            f"include; install it with: pip install 'configcat-mgmt[{extra}]'"
        )
