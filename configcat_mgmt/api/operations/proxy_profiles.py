"""Endpoints of the group `proxy_profiles`, as data.

Generated, do not edit.
Command: python -m configcat_mgmt.codegen
"""

from typing import Final
from uuid import UUID

from configcat_mgmt.api.models.common import JsonPatchOperation
from configcat_mgmt.api.models.proxy_profiles import (
    CreateOrUpdateProxyProfileRequest,
    ProxyProfileListModel,
    ProxyProfileModel,
    ProxyProfileSdkKeysListModel,
    ProxyProfileSdkKeysRequest,
    ProxyProfileSecretModel,
)
from configcat_mgmt.core.operation import FindCreated, Operation, Parameter

GET_PROXY_PROFILE: Final[Operation[ProxyProfileModel]] = Operation(
    id="get-proxy-profile",
    group="proxy_profiles",
    method="GET",
    path="/v1/proxy-profiles/{proxyProfileId}",
    summary="Get a proxy profile.",
    effect="read",
    success={200: ProxyProfileModel},
    errors=(400, 404, 429),
    parameters=(Parameter("proxy_profile_id", "proxyProfileId", "path", UUID),),
)

REPLACE_PROXY_PROFILE: Final[Operation[ProxyProfileModel]] = Operation(
    id="replace-proxy-profile",
    group="proxy_profiles",
    method="PUT",
    path="/v1/proxy-profiles/{proxyProfileId}",
    summary="Replace a proxy profile.",
    effect="set",
    success={200: ProxyProfileModel},
    errors=(400, 404, 429),
    parameters=(Parameter("proxy_profile_id", "proxyProfileId", "path", UUID),),
    body=CreateOrUpdateProxyProfileRequest,
    body_required=True,
)

UPDATE_PROXY_PROFILE: Final[Operation[ProxyProfileModel]] = Operation(
    id="update-proxy-profile",
    group="proxy_profiles",
    method="PATCH",
    path="/v1/proxy-profiles/{proxyProfileId}",
    summary="Patch a proxy profile.",
    effect="patch",
    success={200: ProxyProfileModel},
    errors=(400, 404, 429),
    parameters=(Parameter("proxy_profile_id", "proxyProfileId", "path", UUID),),
    body=list[JsonPatchOperation],
    body_required=True,
)

DELETE_PROXY_PROFILE: Final[Operation[None]] = Operation(
    id="delete-proxy-profile",
    group="proxy_profiles",
    method="DELETE",
    path="/v1/proxy-profiles/{proxyProfileId}",
    summary="Delete a proxy profile.",
    effect="delete",
    success={204: None},
    errors=(400, 404, 429),
    parameters=(Parameter("proxy_profile_id", "proxyProfileId", "path", UUID),),
)

GET_PROXY_PROFILE_SDK_KEYS: Final[Operation[ProxyProfileSdkKeysListModel]] = Operation(
    id="get-proxy-profile-sdk-keys",
    group="proxy_profiles",
    method="GET",
    path="/v1/proxy-profiles/{proxyProfileId}/sdk-keys",
    summary="List the SDK keys of a proxy profile.",
    effect="read",
    success={200: ProxyProfileSdkKeysListModel},
    errors=(400, 404, 429),
    parameters=(Parameter("proxy_profile_id", "proxyProfileId", "path", UUID),),
)

DESELECT_PROXY_PROFILE_SDK_KEYS: Final[Operation[ProxyProfileSdkKeysListModel]] = (
    Operation(
        id="deselect-proxy-profile-sdk-keys",
        group="proxy_profiles",
        method="POST",
        path="/v1/proxy-profiles/{proxyProfileId}/sdk-keys/deselect",
        summary="Remove SDK keys from a proxy profile.",
        effect="set",
        success={200: ProxyProfileSdkKeysListModel},
        errors=(400, 403, 404, 429),
        parameters=(Parameter("proxy_profile_id", "proxyProfileId", "path", UUID),),
        body=ProxyProfileSdkKeysRequest,
        body_required=True,
    )
)

GENERATE_PROXY_PROFILE_SECRET: Final[Operation[ProxyProfileSecretModel]] = Operation(
    id="generate-proxy-profile-secret",
    group="proxy_profiles",
    method="POST",
    path="/v1/proxy-profiles/{proxyProfileId}/secret",
    summary="Generate the secret of a proxy profile.",
    effect="create",
    success={200: ProxyProfileSecretModel},
    errors=(400, 404, 429),
    parameters=(Parameter("proxy_profile_id", "proxyProfileId", "path", UUID),),
)

SELECT_PROXY_PROFILE_SDK_KEYS: Final[Operation[ProxyProfileSdkKeysListModel]] = (
    Operation(
        id="select-proxy-profile-sdk-keys",
        group="proxy_profiles",
        method="POST",
        path="/v1/proxy-profiles/{proxyProfileId}/sdk-keys/select",
        summary="Add SDK keys to a proxy profile.",
        effect="set",
        success={200: ProxyProfileSdkKeysListModel},
        errors=(400, 403, 404, 429),
        parameters=(Parameter("proxy_profile_id", "proxyProfileId", "path", UUID),),
        body=ProxyProfileSdkKeysRequest,
        body_required=True,
    )
)

GET_PROXY_PROFILES: Final[Operation[ProxyProfileListModel]] = Operation(
    id="get-proxy-profiles",
    group="proxy_profiles",
    method="GET",
    path="/v1/organizations/{organizationId}/proxy-profiles",
    summary="List the proxy profiles of an organization.",
    effect="read",
    success={200: ProxyProfileListModel},
    errors=(400, 404, 429),
    parameters=(Parameter("organization_id", "organizationId", "path", UUID),),
)

CREATE_PROXY_PROFILE: Final[Operation[ProxyProfileModel]] = Operation(
    id="create-proxy-profile",
    group="proxy_profiles",
    method="POST",
    path="/v1/organizations/{organizationId}/proxy-profiles",
    summary="Create a proxy profile.",
    effect="create",
    success={201: ProxyProfileModel},
    errors=(400, 404, 429),
    parameters=(Parameter("organization_id", "organizationId", "path", UUID),),
    body=CreateOrUpdateProxyProfileRequest,
    body_required=True,
    find_created=FindCreated("get-proxy-profiles", "name"),
)
