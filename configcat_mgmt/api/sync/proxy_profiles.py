"""The blocking operations of the group `proxy_profiles`.

Generated, do not edit.
Command: python -m configcat_mgmt.codegen
"""

from collections.abc import Sequence
from uuid import UUID

from configcat_mgmt.api.aio.proxy_profiles import AsyncProxyProfiles
from configcat_mgmt.api.models.common import JsonPatchOperation
from configcat_mgmt.api.models.proxy_profiles import (
    CreateOrUpdateProxyProfileRequest,
    ProxyProfileListModel,
    ProxyProfileModel,
    ProxyProfileSdkKeysListModel,
    ProxyProfileSdkKeysRequest,
    ProxyProfileSecretModel,
)
from configcat_mgmt.core.operation import OperationGroup
from configcat_mgmt.portal import Portal


class ProxyProfiles(OperationGroup):
    """Proxy Profiles: the blocking operations.

    Manage the profiles of the ConfigCat Proxy, their secrets and their SDK keys.

    Every method raises `RequestBuildError` for an invalid argument before anything is
    sent, `ApiError` for an error status (`BadRequestError` for 400,
    `AuthenticationError` for 401, `RateLimitError` for 429), `TransportError` if no
    complete response arrives, and `ResponseInvalid` if the response does not fit.
    """

    def __init__(self, aio: AsyncProxyProfiles, portal: Portal) -> None:
        """Bind the operations to `aio`, which runs on the thread of `portal`."""
        self._aio = aio
        self._portal = portal

    def get_proxy_profile(self, proxy_profile_id: UUID | str) -> ProxyProfileModel:
        """Get a proxy profile.

        Reads one proxy profile with its connection preferences and its SDK key
        selection rules. The response does not contain the secret.

        GET /v1/proxy-profiles/{proxyProfileId}

        Args:
            proxy_profile_id: Id (UUID) of the proxy profile. A string is accepted.

        Returns:
            ProxyProfileModel: The proxy profile.

        Raises:
            NotFoundError: The proxy profile does not exist, or these credentials cannot
                see it.
        """
        return self._portal.run(self._aio.get_proxy_profile(proxy_profile_id))

    def replace_proxy_profile(
        self,
        proxy_profile_id: UUID | str,
        body: CreateOrUpdateProxyProfileRequest,
    ) -> ProxyProfileModel:
        """Replace a proxy profile.

        Overwrites the whole proxy profile: every field that the body omits is reset. If
        omitted, `sdkPollInterval` is 60 seconds; the minimum is 30. Among the selection
        rules, exclusion wins over inclusion, and the rules also cover configs and
        environments that are created later. Use the PATCH operation to change single
        parts.

        PUT /v1/proxy-profiles/{proxyProfileId}

        Args:
            proxy_profile_id: Id (UUID) of the proxy profile. A string is accepted.
            body: The complete new content of the profile. Required: `name`. UNSET omits
                a field.

        Returns:
            ProxyProfileModel: The proxy profile after the replacement.

        Raises:
            NotFoundError: The proxy profile does not exist, or these credentials cannot
                see it.
        """
        return self._portal.run(self._aio.replace_proxy_profile(proxy_profile_id, body))

    def update_proxy_profile(
        self,
        proxy_profile_id: UUID | str,
        body: Sequence[JsonPatchOperation],
    ) -> ProxyProfileModel:
        """Patch a proxy profile.

        Applies JSON Patch (RFC 6902) operations to the profile; all other parts stay
        unchanged. Typical paths are `/connectionPreferences/sdkPollInterval`,
        `/connectionPreferences/webhookNotification` and `/sdkKeySelectionRules/-`. The
        poll interval is in seconds and at least 30.

        PATCH /v1/proxy-profiles/{proxyProfileId}

        Args:
            proxy_profile_id: Id (UUID) of the proxy profile. A string is accepted.
            body: List of JSON Patch operations (RFC 6902).

        Returns:
            ProxyProfileModel: The proxy profile after the patch.

        Raises:
            NotFoundError: The proxy profile does not exist, or these credentials cannot
                see it.
            UnknownOutcome: The request was sent but its outcome is unknown.
        """
        return self._portal.run(self._aio.update_proxy_profile(proxy_profile_id, body))

    def delete_proxy_profile(self, proxy_profile_id: UUID | str) -> None:
        """Delete a proxy profile.

        Removes the proxy profile.

        DELETE /v1/proxy-profiles/{proxyProfileId}

        Args:
            proxy_profile_id: Id (UUID) of the proxy profile. A string is accepted.

        Returns:
            None: The service deleted the profile; no body.

        Raises:
            NotFoundError: The proxy profile does not exist, or these credentials cannot
                see it.
        """
        return self._portal.run(self._aio.delete_proxy_profile(proxy_profile_id))

    def get_proxy_profile_sdk_keys(
        self,
        proxy_profile_id: UUID | str,
    ) -> ProxyProfileSdkKeysListModel:
        """List the SDK keys of a proxy profile.

        Lists the SDK keys that the profile serves. Each item holds the primary key, the
        secondary key or null, an SDK id, and the ids of the config and the environment.
        A profile can have at most 1000 selected SDK keys.

        GET /v1/proxy-profiles/{proxyProfileId}/sdk-keys

        Args:
            proxy_profile_id: Id (UUID) of the proxy profile. A string is accepted.

        Returns:
            ProxyProfileSdkKeysListModel: The selected SDK keys, wrapped in `items`.

        Raises:
            NotFoundError: The proxy profile does not exist, or these credentials cannot
                see it.
        """
        return self._portal.run(self._aio.get_proxy_profile_sdk_keys(proxy_profile_id))

    def deselect_proxy_profile_sdk_keys(
        self,
        proxy_profile_id: UUID | str,
        body: ProxyProfileSdkKeysRequest,
    ) -> ProxyProfileSdkKeysListModel:
        """Remove SDK keys from a proxy profile.

        Removes config and environment pairs from the SDK key selection of the profile.
        A pair without `environmentId` means all environments of the config, and a pair
        without `configId` all configs in the environment. The service responds with 403
        if the profile has selection rules, since the rules then decide.

        POST /v1/proxy-profiles/{proxyProfileId}/sdk-keys/deselect

        Args:
            proxy_profile_id: Id (UUID) of the proxy profile. A string is accepted.
            body: The config and environment pairs to remove from the selection.

        Returns:
            ProxyProfileSdkKeysListModel: The SDK keys that remain selected.

        Raises:
            NotFoundError: The proxy profile does not exist, or these credentials cannot
                see it.
            PermissionDeniedError: These credentials lack the permission.
        """
        return self._portal.run(
            self._aio.deselect_proxy_profile_sdk_keys(proxy_profile_id, body),
        )

    def generate_proxy_profile_secret(
        self,
        proxy_profile_id: UUID | str,
    ) -> ProxyProfileSecretModel:
        """Generate the secret of a proxy profile.

        Creates a new secret for the proxy profile and returns it; every call creates a
        new one. No other operation returns the secret: store it safely.

        POST /v1/proxy-profiles/{proxyProfileId}/secret

        Args:
            proxy_profile_id: Id (UUID) of the proxy profile. A string is accepted.

        Returns:
            ProxyProfileSecretModel: The generated secret.

        Raises:
            NotFoundError: The proxy profile does not exist, or these credentials cannot
                see it.
            UnknownOutcome: The request was sent but its outcome is unknown.
        """
        return self._portal.run(
            self._aio.generate_proxy_profile_secret(proxy_profile_id),
        )

    def select_proxy_profile_sdk_keys(
        self,
        proxy_profile_id: UUID | str,
        body: ProxyProfileSdkKeysRequest,
    ) -> ProxyProfileSdkKeysListModel:
        """Add SDK keys to a proxy profile.

        Adds config and environment pairs to the SDK key selection of the profile. A
        pair without `environmentId` means all environments of the config, and a pair
        without `configId` all configs in the environment. A profile can have at most
        1000 selected SDK keys. The service responds with 403 if the profile has
        selection rules, since the rules then decide.

        POST /v1/proxy-profiles/{proxyProfileId}/sdk-keys/select

        Args:
            proxy_profile_id: Id (UUID) of the proxy profile. A string is accepted.
            body: The config and environment pairs to add to the selection.

        Returns:
            ProxyProfileSdkKeysListModel: All SDK keys that are selected afterwards.

        Raises:
            NotFoundError: The proxy profile does not exist, or these credentials cannot
                see it.
            PermissionDeniedError: These credentials lack the permission.
        """
        return self._portal.run(
            self._aio.select_proxy_profile_sdk_keys(proxy_profile_id, body),
        )

    def get_proxy_profiles(self, organization_id: UUID | str) -> ProxyProfileListModel:
        """List the proxy profiles of an organization.

        Lists the proxy profiles of the organization with their connection preferences
        and selection rules. Secrets are not included.

        GET /v1/organizations/{organizationId}/proxy-profiles

        Args:
            organization_id: Id (UUID) of the organization. A string is accepted.

        Returns:
            ProxyProfileListModel: The proxy profiles, wrapped in `profiles`.

        Raises:
            NotFoundError: The organization does not exist, or these credentials cannot
                see it.
        """
        return self._portal.run(self._aio.get_proxy_profiles(organization_id))

    def create_proxy_profile(
        self,
        organization_id: UUID | str,
        body: CreateOrUpdateProxyProfileRequest,
    ) -> ProxyProfileModel:
        """Create a proxy profile.

        Adds a proxy profile to the organization. If omitted, `sdkPollInterval` is 60
        seconds; the minimum is 30. A webhook notification needs only its
        `webhookProxyUrl`; the signing key is generated and returned. Selection rules
        also cover configs and environments that are created later, and exclusion wins
        over inclusion. The number of profiles is limited by the plan, from 1 to 100.

        POST /v1/organizations/{organizationId}/proxy-profiles

        Args:
            organization_id: Id (UUID) of the organization. A string is accepted.
            body: The content of the new profile. Required: `name`. UNSET omits a field.

        Returns:
            ProxyProfileModel: The created proxy profile.

        Raises:
            NotFoundError: The organization does not exist, or these credentials cannot
                see it.
            UnknownOutcome: The request was sent but its outcome is unknown.
        """
        return self._portal.run(self._aio.create_proxy_profile(organization_id, body))
