"""What all tests share: the description as judge, a clean environment, no network."""

import gc
import os
import sys

import pytest

import tests.hypothesis_profiles  # noqa: F401 - loads the profile
from tests.documents import Documents
from tests.schema import Description, described

PROXIES = {"HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"}


def _refuse_network(event: str, arguments: tuple[object, ...]) -> None:
    """Let sockets connect to this machine only, so that no test depends on another."""
    if event != "socket.connect" or not isinstance(arguments[1], tuple):
        return
    host = str(arguments[1][0])
    if host not in ("localhost", "::1") and not host.startswith("127."):
        raise RuntimeError(f"a test tried to connect to {host}")


sys.addaudithook(_refuse_network)

# Hundreds of tests start Python; each would compile the package anew.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
# Each would also read the certificates of all public authorities, which none trusts.
os.environ["SSL_CERT_FILE"] = os.devnull

# Until all tests are collected, there is no garbage.
gc.disable()


def pytest_xdist_auto_num_workers() -> int:
    """Start one process more than there are cores: some tests wait for other processes.

    The option `--maxprocesses` still holds.
    """
    return (os.cpu_count() or 1) + 1


def pytest_collection_finish() -> None:
    """Spare the garbage collector the thousands of collected tests in each cycle.

    It looks at the rest less often than in a program that has to save memory.
    """
    gc.freeze()
    gc.enable()
    gc.set_threshold(10_000, 10, 50)


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hide the credentials and proxies of the person who runs the tests."""
    for name in list(os.environ):
        if name.startswith("CONFIGCAT_") or name.upper() in PROXIES:
            monkeypatch.delenv(name)


@pytest.fixture(scope="session")
def description() -> Description:
    """The description of the API, which validates requests and responses."""
    return described()


@pytest.fixture(scope="session")
def documents() -> Documents:
    """Makes JSON documents from the description."""
    return Documents(described())
