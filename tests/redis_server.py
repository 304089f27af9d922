"""A Redis server of the test's own: on a free port, with a password, kept in memory."""

import contextlib
import shutil
import signal
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

PASSWORD: Final = "hush-of-the-test"


class RedisServer:
    """Starts `redis-server`, and stops, kills, freezes and restarts it."""

    def __init__(self, *settings: str) -> None:
        """Start it; further settings are arguments such as `--appendonly yes`."""
        found = shutil.which("redis-server") or shutil.which("valkey-server")
        assert found, "these tests need redis-server: apt-get install redis-server"
        self._program = found
        self._settings = settings
        self._folder = tempfile.mkdtemp()
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port: int = free.getsockname()[1]
        self._process: subprocess.Popen[str] | None = None
        self.start()

    @property
    def url(self) -> str:
        return f"redis://:{PASSWORD}@127.0.0.1:{self.port}/0"

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.port}"

    def start(self) -> None:
        """Start it, and wait until it accepts connections."""
        process = self._process = subprocess.Popen(
            [
                *(self._program, "--port", str(self.port), "--bind", "127.0.0.1"),
                *("--requirepass", PASSWORD, "--save", "", "--dir", self._folder),
                *self._settings,
            ],
            stdout=subprocess.PIPE,
            text=True,
        )
        assert process.stdout is not None
        for line in process.stdout:
            if "eady to accept connections" in line:
                return
        self.stop()
        raise AssertionError("redis-server did not start")

    def stop(self) -> None:
        """Kill it; without a file all that it knew is lost."""
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.communicate()

    def freeze(self) -> None:
        """Let it answer nothing, with its connections left open."""
        assert self._process is not None
        self._process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        assert self._process is not None
        self._process.send_signal(signal.SIGCONT)

    def remove(self) -> None:
        self.stop()
        shutil.rmtree(Path(self._folder))


@contextlib.contextmanager
def redis_server(*settings: str) -> Iterator[RedisServer]:
    server = RedisServer(*settings)
    try:
        yield server
    finally:
        server.remove()
