"""Async and blocking clients for the ConfigCat Public Management API.

Modules are imported when a name is first used, so importing this package costs little.
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
    PaceUnavailableError,
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
from configcat_mgmt.unset import UNSET, UnsetType
from configcat_mgmt.version import __version__

if TYPE_CHECKING:
    from configcat_mgmt import models, values, webhooks
    from configcat_mgmt.api.aio.audit_logs import AsyncAuditLogs
    from configcat_mgmt.api.aio.change_requests import AsyncChangeRequests
    from configcat_mgmt.api.aio.code_references import AsyncCodeReferences
    from configcat_mgmt.api.aio.configs import AsyncConfigs
    from configcat_mgmt.api.aio.environments import AsyncEnvironments
    from configcat_mgmt.api.aio.integration_links import AsyncIntegrationLinks
    from configcat_mgmt.api.aio.integrations import AsyncIntegrations
    from configcat_mgmt.api.aio.me import AsyncMe
    from configcat_mgmt.api.aio.members import AsyncMembers
    from configcat_mgmt.api.aio.organizations import AsyncOrganizations
    from configcat_mgmt.api.aio.permission_groups import AsyncPermissionGroups
    from configcat_mgmt.api.aio.products import AsyncProducts
    from configcat_mgmt.api.aio.proxy_profiles import AsyncProxyProfiles
    from configcat_mgmt.api.aio.sdk_keys import AsyncSdkKeys
    from configcat_mgmt.api.aio.segments import AsyncSegments
    from configcat_mgmt.api.aio.setting_values import AsyncSettingValues
    from configcat_mgmt.api.aio.setting_values_v2 import AsyncSettingValuesV2
    from configcat_mgmt.api.aio.settings import AsyncSettings
    from configcat_mgmt.api.aio.stale_flags import AsyncStaleFlags
    from configcat_mgmt.api.aio.tags import AsyncTags
    from configcat_mgmt.api.aio.webhooks import AsyncWebhooks
    from configcat_mgmt.api.operation_index import OPERATIONS
    from configcat_mgmt.api.sync.audit_logs import AuditLogs
    from configcat_mgmt.api.sync.change_requests import ChangeRequests
    from configcat_mgmt.api.sync.code_references import CodeReferences
    from configcat_mgmt.api.sync.configs import Configs
    from configcat_mgmt.api.sync.environments import Environments
    from configcat_mgmt.api.sync.integration_links import IntegrationLinks
    from configcat_mgmt.api.sync.integrations import Integrations
    from configcat_mgmt.api.sync.me import Me
    from configcat_mgmt.api.sync.members import Members
    from configcat_mgmt.api.sync.organizations import Organizations
    from configcat_mgmt.api.sync.permission_groups import PermissionGroups
    from configcat_mgmt.api.sync.products import Products
    from configcat_mgmt.api.sync.proxy_profiles import ProxyProfiles
    from configcat_mgmt.api.sync.sdk_keys import SdkKeys
    from configcat_mgmt.api.sync.segments import Segments
    from configcat_mgmt.api.sync.setting_values import SettingValues
    from configcat_mgmt.api.sync.setting_values_v2 import SettingValuesV2
    from configcat_mgmt.api.sync.settings import Settings
    from configcat_mgmt.api.sync.stale_flags import StaleFlags
    from configcat_mgmt.api.sync.tags import Tags
    from configcat_mgmt.api.sync.webhooks import Webhooks
    from configcat_mgmt.client import AsyncManagementClient
    from configcat_mgmt.core.auth import Credentials, CredentialsSource, Secret
    from configcat_mgmt.core.codec.decode import from_json
    from configcat_mgmt.core.codec.encode import to_json
    from configcat_mgmt.core.exchange import RawResponse
    from configcat_mgmt.core.hooks import CallEvent, Hooks
    from configcat_mgmt.core.operation import (
        Caller,
        Effect,
        FindCreated,
        Location,
        Method,
        Operation,
        Pages,
        Parameter,
    )
    from configcat_mgmt.core.options import (
        LimitsArgument,
        MediaType,
        OptionChanges,
        Options,
    )
    from configcat_mgmt.core.pacing.fleet.redis_pace import OnOutage, RedisPace
    from configcat_mgmt.core.pacing.limits import RateLimit
    from configcat_mgmt.core.pages import AsyncPages, SyncPages
    from configcat_mgmt.enums import OpenEnum
    from configcat_mgmt.json_patch import JsonPatch, PatchPath
    from configcat_mgmt.json_value import JsonValue
    from configcat_mgmt.portal import Portal
    from configcat_mgmt.sync import ManagementClient
    from configcat_mgmt.value_change import ValueEditor

__all__ = [
    "OPERATIONS",
    "UNSET",
    "ApiError",
    "AsyncAuditLogs",
    "AsyncChangeRequests",
    "AsyncCodeReferences",
    "AsyncConfigs",
    "AsyncEnvironments",
    "AsyncIntegrationLinks",
    "AsyncIntegrations",
    "AsyncManagementClient",
    "AsyncMe",
    "AsyncMembers",
    "AsyncOrganizations",
    "AsyncPages",
    "AsyncPermissionGroups",
    "AsyncProducts",
    "AsyncProxyProfiles",
    "AsyncSdkKeys",
    "AsyncSegments",
    "AsyncSettingValues",
    "AsyncSettingValuesV2",
    "AsyncSettings",
    "AsyncStaleFlags",
    "AsyncTags",
    "AsyncWebhooks",
    "AuditLogs",
    "AuthenticationError",
    "BadRequestError",
    "CallEvent",
    "Caller",
    "ChangeRequests",
    "ClientClosed",
    "CodeReferences",
    "ConfigCatManagementError",
    "Configs",
    "ConfigurationError",
    "ConflictError",
    "ConnectionFailedError",
    "Credentials",
    "CredentialsSource",
    "DecodeError",
    "Effect",
    "Environments",
    "FindCreated",
    "Hooks",
    "IntegrationLinks",
    "Integrations",
    "JobError",
    "JsonPatch",
    "JsonValue",
    "LimitsArgument",
    "Location",
    "ManagementClient",
    "Me",
    "MediaType",
    "Members",
    "Method",
    "NotFoundError",
    "OnOutage",
    "OpenEnum",
    "Operation",
    "OptionChanges",
    "Options",
    "Organizations",
    "PaceUnavailableError",
    "Pages",
    "Parameter",
    "PatchPath",
    "PermissionDeniedError",
    "PermissionGroups",
    "Portal",
    "Products",
    "ProxyProfiles",
    "RateLimit",
    "RateLimitError",
    "RawResponse",
    "RedirectError",
    "RedisPace",
    "RequestBuildError",
    "RequestTimeoutError",
    "ResponseInvalid",
    "ResponseTooLargeError",
    "SdkKeys",
    "Secret",
    "Segments",
    "ServerError",
    "SettingValues",
    "SettingValuesV2",
    "Settings",
    "StaleFlags",
    "SyncPages",
    "Tags",
    "TransportError",
    "UnknownOutcome",
    "UnsetType",
    "ValueEditor",
    "WebhookVerificationError",
    "Webhooks",
    "WrongLoopError",
    "__version__",
    "from_json",
    "models",
    "to_json",
    "values",
    "webhooks",
]

_LAZY: Final = {
    "AsyncAuditLogs": "api.aio.audit_logs",
    "AsyncChangeRequests": "api.aio.change_requests",
    "AsyncCodeReferences": "api.aio.code_references",
    "AsyncConfigs": "api.aio.configs",
    "AsyncEnvironments": "api.aio.environments",
    "AsyncIntegrationLinks": "api.aio.integration_links",
    "AsyncIntegrations": "api.aio.integrations",
    "AsyncManagementClient": "client",
    "AsyncMe": "api.aio.me",
    "AsyncMembers": "api.aio.members",
    "AsyncOrganizations": "api.aio.organizations",
    "AsyncPages": "core.pages",
    "AsyncPermissionGroups": "api.aio.permission_groups",
    "AsyncProducts": "api.aio.products",
    "AsyncProxyProfiles": "api.aio.proxy_profiles",
    "AsyncSdkKeys": "api.aio.sdk_keys",
    "AsyncSegments": "api.aio.segments",
    "AsyncSettingValues": "api.aio.setting_values",
    "AsyncSettingValuesV2": "api.aio.setting_values_v2",
    "AsyncSettings": "api.aio.settings",
    "AsyncStaleFlags": "api.aio.stale_flags",
    "AsyncTags": "api.aio.tags",
    "AsyncWebhooks": "api.aio.webhooks",
    "AuditLogs": "api.sync.audit_logs",
    "ChangeRequests": "api.sync.change_requests",
    "CallEvent": "core.hooks",
    "Caller": "core.operation",
    "CodeReferences": "api.sync.code_references",
    "Configs": "api.sync.configs",
    "Credentials": "core.auth",
    "CredentialsSource": "core.auth",
    "Effect": "core.operation",
    "Environments": "api.sync.environments",
    "FindCreated": "core.operation",
    "Hooks": "core.hooks",
    "IntegrationLinks": "api.sync.integration_links",
    "Integrations": "api.sync.integrations",
    "JsonPatch": "json_patch",
    "JsonValue": "json_value",
    "LimitsArgument": "core.options",
    "Location": "core.operation",
    "ManagementClient": "sync",
    "Me": "api.sync.me",
    "MediaType": "core.options",
    "Members": "api.sync.members",
    "Method": "core.operation",
    "OPERATIONS": "api.operation_index",
    "OnOutage": "core.pacing.fleet.redis_pace",
    "OpenEnum": "enums",
    "Operation": "core.operation",
    "OptionChanges": "core.options",
    "Options": "core.options",
    "Organizations": "api.sync.organizations",
    "Pages": "core.operation",
    "Parameter": "core.operation",
    "PatchPath": "json_patch",
    "PermissionGroups": "api.sync.permission_groups",
    "Portal": "portal",
    "Products": "api.sync.products",
    "ProxyProfiles": "api.sync.proxy_profiles",
    "RateLimit": "core.pacing.limits",
    "RawResponse": "core.exchange",
    "RedisPace": "core.pacing.fleet.redis_pace",
    "SdkKeys": "api.sync.sdk_keys",
    "Secret": "core.auth",
    "Segments": "api.sync.segments",
    "SettingValues": "api.sync.setting_values",
    "SettingValuesV2": "api.sync.setting_values_v2",
    "Settings": "api.sync.settings",
    "StaleFlags": "api.sync.stale_flags",
    "SyncPages": "core.pages",
    "Tags": "api.sync.tags",
    "Webhooks": "api.sync.webhooks",
    "from_json": "core.codec.decode",
    "models": "",
    "to_json": "core.codec.encode",
    "values": "",
    "webhooks": "",
    "ValueEditor": "value_change",
}


def __getattr__(name: str) -> object:
    """Load a public name when it is first used."""
    found = globals()[name] = load(__name__, _LAZY, name)
    return found


def __dir__() -> list[str]:
    """List every public name, loaded or not."""
    return sorted(__all__)
