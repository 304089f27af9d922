"""Sets up the libraries that the package is compared with, and runs them.

Each environment is a virtual environment in one folder. The generated clients are made
from the description of the API in `configcat_mgmt/codegen`.
"""

import importlib.metadata
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final

from attrs import frozen

from benchmarks import candidates
from configcat_mgmt.codegen.sources import read_sources

ROOT: Final = Path(__file__).parent.parent
SCRIPT: Final = candidates.__file__
MOST_SECONDS: Final = 300
"""How long one command may take while a peer is set up."""
VERSIONS: Final = """
import importlib.metadata, json
print(json.dumps({d.name: d.version for d in importlib.metadata.distributions()}))
"""


class PeerError(Exception):
    """A library cannot be set up, or failed in its task; the message says why."""


@frozen
class Peer:
    """An interpreter that can import a library."""

    python: str
    folders: tuple[str, ...]
    """Folders for `PYTHONPATH`."""
    versions: Mapping[str, str]

    def environment(self) -> dict[str, str]:
        """Return the environment variables for the interpreter."""
        return {**os.environ, "PYTHONPATH": os.pathsep.join(self.folders)}


Peers = Mapping[str, "Peer | PeerError"]
"""The environments by name, or why there is none."""


def this_interpreter() -> Peer:
    """Return the interpreter that runs this, which has the package."""
    folders = (str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")]))
    found = importlib.metadata.distributions()
    versions = {each.name: each.version for each in found}
    return Peer(sys.executable, folders, versions)


ENVIRONMENT_OF: Final = {
    "requests": "requests",
    "httpx": "httpx",
    candidates.PYTHON_CLIENT: "openapi-python-client",
    candidates.GENERATOR_ASYNCIO: "openapi-generator",
    candidates.GENERATOR_URLLIB3: "openapi-generator",
}
"""The environment of each candidate; those not named run in this interpreter.

Plain aiohttp does, too, so it is the version on which the package runs.
"""


def set_up(folder: Path, names: Sequence[str]) -> Peers:
    """Make the environments `names` in `folder`, several at a time.

    An environment that is in the folder is used as it is.
    """
    folder.mkdir(parents=True, exist_ok=True)
    description = folder / "openapi.json"
    description.write_text(json.dumps(read_sources().description), encoding="utf-8")

    def make(name: str) -> Peer | PeerError:
        try:
            return _set_up(folder / name, name, description)
        except PeerError as error:
            return error

    with ThreadPoolExecutor() as pool:
        return dict(zip(names, pool.map(make, names), strict=True))


def _set_up(folder: Path, name: str, description: Path) -> Peer:
    done = folder / "versions.json"
    windows = os.name == "nt"
    programs = folder / ("Scripts" if windows else "bin")
    python = str(programs / ("python.exe" if windows else "python"))
    if not done.exists():
        if name == "openapi-generator" and shutil.which("java") is None:
            raise PeerError("needs Java, and there is no `java` on the path")
        shutil.rmtree(folder, ignore_errors=True)
        _run(
            "make an environment",
            sys.executable,
            "-m",
            "venv",
            "--without-pip",
            str(folder),
        )
        if name == "openapi-python-client":
            _install(python, name)
            _generate_with_python_client(programs, folder, description)
        elif name == "openapi-generator":
            _install(python, "openapi-generator-cli")
            for library in ("asyncio", "urllib3"):
                _generate_with_openapi_generator(programs, folder, description, library)
                made = str(folder / library / "requirements.txt")
                _install(python, "-r", made)
        else:
            _install(python, name)
        done.write_text(_run("list packages", python, "-c", VERSIONS), encoding="utf-8")
    generated = tuple(str(folder / part) for part in ("", "asyncio", "urllib3"))
    return Peer(python, generated, json.loads(done.read_text(encoding="utf-8")))


def _install(python: str, *packages: str) -> None:
    pip = ("-m", "pip", "--python", python, "--disable-pip-version-check")
    purpose = f"install {Path(packages[-1]).name}"
    _run(purpose, sys.executable, *pip, "install", "--quiet", *packages)


def _generate_with_python_client(
    programs: Path, folder: Path, description: Path
) -> None:
    made = str(folder / "peer_httpx")
    _run(
        "generate a client",
        *(str(programs / "openapi-python-client"), "generate", "--meta", "none"),
        *("--path", str(description), "--output-path", made),
    )


def _generate_with_openapi_generator(
    programs: Path, folder: Path, description: Path, library: str
) -> None:
    made = str(folder / library)
    _run(
        "generate a client",
        *(str(programs / "openapi-generator-cli"), "generate", "-g", "python"),
        *("--skip-validate-spec", "--library", library, "-i", str(description)),
        *("-o", made, f"--additional-properties=packageName=peer_{library}"),
    )


def _run(purpose: str, *command: str) -> str:
    """Run a command and return what it printed.

    Raises:
        PeerError: It failed, or took too long.
    """
    environment = {**os.environ}
    environment.pop("PYTHONPATH", None)
    try:
        done = subprocess.run(
            command,
            env=environment,
            capture_output=True,
            text=True,
            timeout=MOST_SECONDS,
            check=True,
        )
    except subprocess.CalledProcessError as error:
        raise PeerError(
            f"cannot {purpose}: {last_line(error.stderr).removeprefix('ERROR: ')}"
        ) from None
    except (OSError, subprocess.TimeoutExpired) as error:
        raise PeerError(f"cannot {purpose}: {error}") from None
    return done.stdout


def last_line(text: str) -> str:
    """Return the last line that is not empty, where programs say why they failed."""
    return next((line for line in reversed(text.splitlines()) if line.strip()), "")


class Worker:
    """A process that does one task with one candidate, as often as it is asked to."""

    def __init__(self, peer: Peer, task: str, candidate: str, place: str) -> None:
        self._errors = tempfile.TemporaryFile("w+", encoding="utf-8")  # noqa: SIM115
        self._process = subprocess.Popen(
            [peer.python, "-P", SCRIPT, task, candidate, place],
            env=peer.environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            text=True,
        )
        try:
            self._heard()  # It has made its client.
        except PeerError:
            self.close()
            raise

    def run(self, count: int) -> dict[str, float]:
        """Do the task `count` times; return the figures for each time.

        Raises:
            PeerError: The process failed.
        """
        assert self._process.stdin is not None
        self._process.stdin.write(f"{count}\n")
        self._process.stdin.flush()
        return self._heard()

    def close(self) -> None:
        """Let it close its client, and wait until it has ended."""
        self._process.communicate()
        self._errors.close()

    def _heard(self) -> dict[str, float]:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            self._process.wait()
            self._errors.seek(0)
            raise PeerError(f"failed: {last_line(self._errors.read())}")
        figures: dict[str, float] = json.loads(line)
        return figures


def first_client(peer: Peer, candidate: str) -> dict[str, float]:
    """Import a library and make its first client in a fresh interpreter.

    Returns:
        The seconds (`wall`) and the bytes of memory that it added (`kept`).
    """
    statements = candidates.FIRST_CLIENT[candidate]
    done = subprocess.run(
        [peer.python, "-P", "-c", candidates.FIRST.format(statements=statements)],
        env=peer.environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise PeerError(f"failed: {last_line(done.stderr)}")
    figures: dict[str, float] = json.loads(done.stdout)
    return figures
