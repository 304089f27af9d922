"""The way to the asynchronous operations of every group.

Generated, do not edit.
Command: python -m configcat_mgmt.codegen
"""

from typing import TYPE_CHECKING

from configcat_mgmt.lazy import lazy_property

if TYPE_CHECKING:
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
    from configcat_mgmt.core.operation import Caller


class AsyncGroups:
    """All asynchronous operations, by group.

    A group and its models are loaded on first use.
    """

    _caller: "Caller"

    @lazy_property
    def proxy_profiles(self) -> "AsyncProxyProfiles":
        """Proxy Profiles.

        Manage the profiles of the ConfigCat Proxy, their secrets and their SDK keys.
        """
        from configcat_mgmt.api.aio.proxy_profiles import AsyncProxyProfiles

        return AsyncProxyProfiles(self._caller)

    @lazy_property
    def organizations(self) -> "AsyncOrganizations":
        """Organizations.

        Read the organizations of the calling user and their limits.
        """
        from configcat_mgmt.api.aio.organizations import AsyncOrganizations

        return AsyncOrganizations(self._caller)

    @lazy_property
    def audit_logs(self) -> "AsyncAuditLogs":
        """Audit logs.

        Read audit log entries and the deleted settings of a config.
        """
        from configcat_mgmt.api.aio.audit_logs import AsyncAuditLogs

        return AsyncAuditLogs(self._caller)

    @lazy_property
    def members(self) -> "AsyncMembers":
        """Members.

        List, invite and remove members, change their permissions, and handle pending
        invitations.
        """
        from configcat_mgmt.api.aio.members import AsyncMembers

        return AsyncMembers(self._caller)

    @lazy_property
    def products(self) -> "AsyncProducts":
        """Products.

        Manage products, which hold configs, environments, tags and segments, and their
        preferences.
        """
        from configcat_mgmt.api.aio.products import AsyncProducts

        return AsyncProducts(self._caller)

    @lazy_property
    def tags(self) -> "AsyncTags":
        """Tags.

        Manage the tags of a product and find the settings that carry them.
        """
        from configcat_mgmt.api.aio.tags import AsyncTags

        return AsyncTags(self._caller)

    @lazy_property
    def webhooks(self) -> "AsyncWebhooks":
        """Webhooks.

        Manage the webhooks that notify other systems of changes, and read their signing
        keys.
        """
        from configcat_mgmt.api.aio.webhooks import AsyncWebhooks

        return AsyncWebhooks(self._caller)

    @lazy_property
    def configs(self) -> "AsyncConfigs":
        """Configs.

        Manage configs, the groups of feature flags and settings in a product.
        """
        from configcat_mgmt.api.aio.configs import AsyncConfigs

        return AsyncConfigs(self._caller)

    @lazy_property
    def environments(self) -> "AsyncEnvironments":
        """Environments.

        Manage the environments of a product.
        """
        from configcat_mgmt.api.aio.environments import AsyncEnvironments

        return AsyncEnvironments(self._caller)

    @lazy_property
    def permission_groups(self) -> "AsyncPermissionGroups":
        """Permission Groups.

        Manage the permission groups of a product, which decide what members may do.
        """
        from configcat_mgmt.api.aio.permission_groups import AsyncPermissionGroups

        return AsyncPermissionGroups(self._caller)

    @lazy_property
    def integrations(self) -> "AsyncIntegrations":
        """Integrations.

        Manage the integrations of a product with other services.
        """
        from configcat_mgmt.api.aio.integrations import AsyncIntegrations

        return AsyncIntegrations(self._caller)

    @lazy_property
    def segments(self) -> "AsyncSegments":
        """Segments.

        Manage the segments of a product, reusable conditions for targeting users.
        """
        from configcat_mgmt.api.aio.segments import AsyncSegments

        return AsyncSegments(self._caller)

    @lazy_property
    def stale_flags(self) -> "AsyncStaleFlags":
        """Zombie (stale) flags.

        Find feature flags that have not changed for a long time.
        """
        from configcat_mgmt.api.aio.stale_flags import AsyncStaleFlags

        return AsyncStaleFlags(self._caller)

    @lazy_property
    def settings(self) -> "AsyncSettings":
        """Feature Flags & Settings.

        Manage the metadata and the predefined variations of feature flags and settings.
        """
        from configcat_mgmt.api.aio.settings import AsyncSettings

        return AsyncSettings(self._caller)

    @lazy_property
    def change_requests(self) -> "AsyncChangeRequests":
        """Change requests.

        Propose changes of V2 values, have them approved, and apply them at once or at a
        scheduled time. The service calls this a beta.
        """
        from configcat_mgmt.api.aio.change_requests import AsyncChangeRequests

        return AsyncChangeRequests(self._caller)

    @lazy_property
    def sdk_keys(self) -> "AsyncSdkKeys":
        """SDK Keys.

        Read the SDK keys of a config in an environment.
        """
        from configcat_mgmt.api.aio.sdk_keys import AsyncSdkKeys

        return AsyncSdkKeys(self._caller)

    @lazy_property
    def setting_values(self) -> "AsyncSettingValues":
        """Feature Flag & Setting values.

        Read and change values of settings in configs with evaluation version `v1`; an
        SDK key may select the config and the environment.
        """
        from configcat_mgmt.api.aio.setting_values import AsyncSettingValues

        return AsyncSettingValues(self._caller)

    @lazy_property
    def setting_values_v2(self) -> "AsyncSettingValuesV2":
        """Feature Flag & Setting values V2.

        Read and change values of settings in configs with evaluation version `v2`; an
        SDK key may select the config and the environment.
        """
        from configcat_mgmt.api.aio.setting_values_v2 import AsyncSettingValuesV2

        return AsyncSettingValuesV2(self._caller)

    @lazy_property
    def code_references(self) -> "AsyncCodeReferences":
        """Code References.

        Upload, read and delete reports about settings found in source code.
        """
        from configcat_mgmt.api.aio.code_references import AsyncCodeReferences

        return AsyncCodeReferences(self._caller)

    @lazy_property
    def integration_links(self) -> "AsyncIntegrationLinks":
        """Integration links.

        Link settings with items of Trello, Jira and Monday.
        """
        from configcat_mgmt.api.aio.integration_links import AsyncIntegrationLinks

        return AsyncIntegrationLinks(self._caller)

    @lazy_property
    def me(self) -> "AsyncMe":
        """Me.

        Read the user whose credentials are used.
        """
        from configcat_mgmt.api.aio.me import AsyncMe

        return AsyncMe(self._caller)
