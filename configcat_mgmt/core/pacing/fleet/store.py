"""Asks Redis: one connection, and the script that decides.

Only this module imports redis-py. It uses a bare connection, because the clients of
redis-py connect again in silence, and a server that restarted would go unnoticed.
"""

import json
from collections.abc import Sequence
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any, Final, NamedTuple, NoReturn, TypeAlias, cast

from configcat_mgmt.core.pacing.fleet.redis_pace import RedisPace
from configcat_mgmt.errors import ConfigurationError

SOCKET_SECONDS: Final = 1.0
"""How long to wait for a connection or a reply; then Redis counts as away."""
OLDEST: Final = 6
"""Major version of the oldest Redis that the script runs on."""
COMMANDS: Final = (
    "EVALSHA, SCRIPT LOAD, INFO, TIME, DEL, HGETALL, HMGET, HSET, HDEL, PEXPIRE, ZADD, "
    "ZCARD, ZCOUNT, ZRANGEBYSCORE, ZREM, ZREMRANGEBYSCORE"
)

Call: TypeAlias = tuple[Sequence[str], object]
"""Keys of the script, and its argument before it is JSON."""


MICRO: Final = 1e6
_encode: Final = json.JSONEncoder(separators=(",", ":")).encode


class AwayError(Exception):
    """Redis does not answer, or not as it should; it may do so later."""


class Reply(NamedTuple):
    """The answer to a question about an endpoint; times in seconds."""

    epoch: str
    """Text that stays the same as long as Redis remembers the places taken."""
    wait: float = 0.0
    """After how long to ask again; 0.0 for at once."""
    held: float = 0.0
    """How long the endpoint is still held after a 429."""
    asked: float = 0.0
    """The wait that the service asked for with it."""
    free: int = 0
    """Places free in the longest window, for all processes."""
    tokens: Sequence[tuple[float, int]] = ()
    """For each token handed out: after how long it is good, and its mark."""


class Store:
    """One connection to Redis at a time; for one thread."""

    def __init__(self, pace: RedisPace) -> None:
        """Connect to nothing yet."""
        self._pace = pace
        self._connection: Any = None
        self._script_id = ""
        self._inherited: list[object] = []

    @property
    def connected(self) -> bool:
        """Whether there is a connection that worked so far."""
        return self._connection is not None

    def connect(self) -> None:
        """Connect, check the version and load the script.

        Raises:
            AwayError: Redis does not answer.
            ConfigurationError: It refuses these credentials, or cannot run the script.
        """
        redis = load_redis()
        settings: dict[str, object] = {
            "socket_timeout": SOCKET_SECONDS,
            "socket_connect_timeout": SOCKET_SECONDS,
            "health_check_interval": 0,
            "decode_responses": False,
            "protocol": 2,
            "retry": redis.retry.Retry(redis.backoff.NoBackoff(), 0),
        }
        problem = ""
        try:
            pool = redis.connection.ConnectionPool.from_url(
                self._pace.url.reveal(),
                **settings,
            )
            # The query of the URL may have named others.
            pool.connection_kwargs.update(settings)
            if issubclass(pool.connection_class, redis.connection.SSLConnection):
                pool.connection_kwargs.setdefault("ssl_check_hostname", True)
            self._connection = pool.make_connection()
        except (redis.exceptions.RedisError, TypeError, ValueError) as error:
            problem = type(error).__name__
        if problem:
            self._refuse(f"cannot be used: its URL has a wrong setting ({problem})")
        [info] = self._exchange([("INFO", "server")])
        version = _field(info, b"redis_version")
        if not version.split(".")[0].isdigit() or int(version.split(".")[0]) < OLDEST:
            self.disconnect()
            self._refuse(f"is version {version}; version {OLDEST} or newer is needed")
        [digest] = self._exchange([("SCRIPT", "LOAD", _script())])
        self._script_id = bytes(digest).decode()

    def ask(self, calls: Sequence[Call]) -> list[Reply]:
        """Run the script once for each call, in order and in one round trip.

        Raises:
            AwayError: Some or all may not have run; there is no connection any more.
            ConfigurationError: Redis refuses them for good.
        """
        replies = self._exchange(
            [
                ("EVALSHA", self._script_id, len(keys), *keys, _encode(argument))
                for keys, argument in calls
            ],
        )
        return [_read(cast("list[Any]", reply)) for reply in replies]

    def disconnect(self) -> None:
        """Close the connection, if there is one."""
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.disconnect()

    def leave_to_parent(self) -> None:
        """Forget the connection of the parent process, and keep it as it is."""
        self._inherited.append(self._connection)
        self._connection = None

    def _exchange(self, commands: Sequence[tuple[object, ...]]) -> list[Any]:
        """Send commands and read all replies."""
        redis = load_redis()
        connection = self._connection
        replies: list[Any] = []
        try:
            connection.send_packed_command(connection.pack_commands(commands))
            replies.extend(connection.read_response() for _ in commands)
        except (redis.exceptions.RedisError, OSError) as error:
            lasting, reason = _described(error)
        else:
            return replies
        # Outside of the handler: frames of redis-py hold the password.
        self.disconnect()
        if lasting:
            self._refuse(reason)
        raise AwayError(reason)

    def _refuse(self, reason: str) -> NoReturn:
        raise ConfigurationError(f"Redis at {self._pace.address} {reason}")


def _described(error: BaseException) -> tuple[bool, str]:
    """Say whether an error will last, and describe it without any secret."""
    exceptions = load_redis().exceptions
    text = " ".join(str(error).split())[:160]
    word = text.split(" ")[0]
    no_right = "script can't run this command" in text or word == "NOPERM"
    if no_right or isinstance(error, exceptions.NoPermissionError):
        return True, (
            "does not let this user run all commands that the pace needs; grant "
            f"{COMMANDS} on the keys of its prefix ({text})"
        )
    if isinstance(error, exceptions.AuthenticationError) or word in LOGIN:
        return True, "refuses the user name or the password in the URL of the pace"
    passing = (
        exceptions.MasterDownError,
        exceptions.NoScriptError,
        exceptions.OutOfMemoryError,
        exceptions.ReadOnlyError,
    )
    if isinstance(error, passing) or word in PASSING:
        return False, text
    of_cluster = (exceptions.ClusterDownError, exceptions.MovedError)
    if isinstance(error, of_cluster) or word in CLUSTER:
        return True, (
            "is a cluster and keeps the keys of the pace on another node; use a "
            "server of its own for the pace"
        )
    if isinstance(error, exceptions.TimeoutError):
        return False, f"no reply within {SOCKET_SECONDS:g} s"
    if "WRONGTYPE" in text:
        return True, (
            "has other data under the keys of the pace; delete them, or give the pace "
            "a prefix of its own: RedisPace(prefix=...)"
        )
    if isinstance(error, exceptions.ResponseError):
        return True, f"cannot do what the pace needs ({text})"
    return False, text or type(error).__name__


CLUSTER: Final = ("CLUSTERDOWN", "MOVED")
LOGIN: Final = ("NOAUTH", "WRONGPASS")
PASSING: Final = ("BUSY", "LOADING", "MASTERDOWN", "MISCONF", "NOREPLICAS", "TRYAGAIN")
"""Errors of Redis that end without a change of settings."""


@cache
def _script() -> str:
    return Path(__file__).with_name("script.lua").read_text(encoding="utf-8")


@cache
def load_redis() -> Any:  # noqa: ANN401
    """Import redis-py.

    Raises:
        ConfigurationError: It is not installed.
    """
    try:
        for name in ("backoff", "connection", "exceptions", "retry"):
            import_module(f"redis.{name}")
        return import_module("redis")
    except ImportError:
        pass
    msg = (
        "a pace over Redis needs redis-py: pip install 'configcat-mgmt[redis]', or "
        "leave out Options(pace=...) and CONFIGCAT_PACE_URL"
    )
    raise ConfigurationError(msg)


def _field(info: bytes, name: bytes) -> str:
    for line in info.splitlines():
        if line.startswith(name + b":"):
            return line.partition(b":")[2].decode(errors="replace").strip()
    return "unknown"


def _read(reply: list[Any]) -> Reply:
    epoch = bytes(reply[0]).decode()
    if len(reply) == 1:
        return Reply(epoch)
    wait, held, asked, free, *granted = (int(number) for number in reply[1:])
    times, marks = granted[::2], granted[1::2]
    tokens = [(t / MICRO, mark) for t, mark in zip(times, marks, strict=True)]
    return Reply(epoch, wait / MICRO, held / MICRO, asked / MICRO, free, tokens)
