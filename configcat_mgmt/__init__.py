"""Client for the ConfigCat Public Management API: async, blocking, paced.

What is heavy is loaded on first use, so that importing the package costs little.
"""

from typing import TYPE_CHECKING, Final

from configcat_mgmt.errors import (
    ApiError,
    AuthenticationError,
    BadRequestError,
    ClientClosed,
    ConfigCatManagementError,
    ConfigurationError,
    ConflictError,
    ConnectionFailedError,
    DecodeError,
    JobError,
    NotFoundError,
    PermissionDeniedError,
    RateLimitError,
    RedirectError,
    RequestBuildError,
    RequestTimeoutError,
    ResponseInvalid,
    ResponseTooLargeError,
    ServerError,
    TransportError,
    UnknownOutcome,
    WebhookVerificationError,
    WrongLoopError,
)
from configcat_mgmt.lazy import load
from configcat_mgmt.unset import UNSET
from configcat_mgmt.version import __version__

if TYPE_CHECKING:
    from configcat_mgmt import models, values, webhooks
    from configcat_mgmt.api.operation_index import OPERATIONS
    from configcat_mgmt.client import AsyncManagementClient
    from configcat_mgmt.core.auth import Credentials
    from configcat_mgmt.core.codec.converter import from_json, to_json
    from configcat_mgmt.core.exchange import RawResponse
    from configcat_mgmt.core.hooks import CallEvent, Hooks
    from configcat_mgmt.core.operation import Operation
    from configcat_mgmt.core.options import Options
    from configcat_mgmt.json_patch import JsonPatch
    from configcat_mgmt.sync import ManagementClient

__all__ = [
    "OPERATIONS",
    "UNSET",
    "ApiError",
    "AsyncManagementClient",
    "AuthenticationError",
    "BadRequestError",
    "CallEvent",
    "ClientClosed",
    "ConfigCatManagementError",
    "ConfigurationError",
    "ConflictError",
    "ConnectionFailedError",
    "Credentials",
    "DecodeError",
    "Hooks",
    "JobError",
    "JsonPatch",
    "ManagementClient",
    "NotFoundError",
    "Operation",
    "Options",
    "PermissionDeniedError",
    "RateLimitError",
    "RawResponse",
    "RedirectError",
    "RequestBuildError",
    "RequestTimeoutError",
    "ResponseInvalid",
    "ResponseTooLargeError",
    "ServerError",
    "TransportError",
    "UnknownOutcome",
    "WebhookVerificationError",
    "WrongLoopError",
    "__version__",
    "from_json",
    "models",
    "to_json",
    "values",
    "webhooks",
]

_LAZY: Final = {
    "OPERATIONS": "api.operation_index",
    "AsyncManagementClient": "client",
    "CallEvent": "core.hooks",
    "Credentials": "core.auth",
    "Hooks": "core.hooks",
    "JsonPatch": "json_patch",
    "ManagementClient": "sync",
    "Operation": "core.operation",
    "Options": "core.options",
    "RawResponse": "core.exchange",
    "from_json": "core.codec.converter",
    "models": "",
    "to_json": "core.codec.converter",
    "values": "",
    "webhooks": "",
}


def __getattr__(name: str) -> object:
    """Load what is public but heavy, once, when it is first asked for."""
    found = globals()[name] = load(__name__, _LAZY, name)
    return found


def __dir__() -> list[str]:
    """List every public name, loaded or not."""
    return sorted(__all__)
