"""The way to the blocking operations of every group.

Generated, do not edit.
Command: python -m configcat_mgmt.codegen
"""

from typing import TYPE_CHECKING

from configcat_mgmt.api.aio.groups import AsyncGroups
from configcat_mgmt.lazy import lazy_property
from configcat_mgmt.portal import Portal

if TYPE_CHECKING:
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


class Groups:
    """All blocking operations, by group.

    A group and its models are loaded on first use.
    """

    _aio: AsyncGroups
    _portal: Portal

    @lazy_property
    def proxy_profiles(self) -> "ProxyProfiles":
        """Proxy Profiles.

        Manage the profiles of the ConfigCat Proxy, their secrets and their SDK keys.
        """
        from configcat_mgmt.api.sync.proxy_profiles import ProxyProfiles

        return ProxyProfiles(self._aio.proxy_profiles, self._portal)

    @lazy_property
    def organizations(self) -> "Organizations":
        """Organizations.

        Read the organizations of the calling user and their limits.
        """
        from configcat_mgmt.api.sync.organizations import Organizations

        return Organizations(self._aio.organizations, self._portal)

    @lazy_property
    def audit_logs(self) -> "AuditLogs":
        """Audit logs.

        Read audit log entries and the deleted settings of a config.
        """
        from configcat_mgmt.api.sync.audit_logs import AuditLogs

        return AuditLogs(self._aio.audit_logs, self._portal)

    @lazy_property
    def members(self) -> "Members":
        """Members.

        List, invite and remove members, change their permissions, and handle pending
        invitations.
        """
        from configcat_mgmt.api.sync.members import Members

        return Members(self._aio.members, self._portal)

    @lazy_property
    def products(self) -> "Products":
        """Products.

        Manage products, which hold configs, environments, tags and segments, and their
        preferences.
        """
        from configcat_mgmt.api.sync.products import Products

        return Products(self._aio.products, self._portal)

    @lazy_property
    def tags(self) -> "Tags":
        """Tags.

        Manage the tags of a product and find the settings that carry them.
        """
        from configcat_mgmt.api.sync.tags import Tags

        return Tags(self._aio.tags, self._portal)

    @lazy_property
    def webhooks(self) -> "Webhooks":
        """Webhooks.

        Manage the webhooks that notify other systems of changes, and read their signing
        keys.
        """
        from configcat_mgmt.api.sync.webhooks import Webhooks

        return Webhooks(self._aio.webhooks, self._portal)

    @lazy_property
    def configs(self) -> "Configs":
        """Configs.

        Manage configs, the groups of feature flags and settings in a product.
        """
        from configcat_mgmt.api.sync.configs import Configs

        return Configs(self._aio.configs, self._portal)

    @lazy_property
    def environments(self) -> "Environments":
        """Environments.

        Manage the environments of a product.
        """
        from configcat_mgmt.api.sync.environments import Environments

        return Environments(self._aio.environments, self._portal)

    @lazy_property
    def permission_groups(self) -> "PermissionGroups":
        """Permission Groups.

        Manage the permission groups of a product, which decide what members may do.
        """
        from configcat_mgmt.api.sync.permission_groups import PermissionGroups

        return PermissionGroups(self._aio.permission_groups, self._portal)

    @lazy_property
    def integrations(self) -> "Integrations":
        """Integrations.

        Manage the integrations of a product with other services.
        """
        from configcat_mgmt.api.sync.integrations import Integrations

        return Integrations(self._aio.integrations, self._portal)

    @lazy_property
    def segments(self) -> "Segments":
        """Segments.

        Manage the segments of a product, reusable conditions for targeting users.
        """
        from configcat_mgmt.api.sync.segments import Segments

        return Segments(self._aio.segments, self._portal)

    @lazy_property
    def stale_flags(self) -> "StaleFlags":
        """Zombie (stale) flags.

        Find feature flags that have not changed for a long time.
        """
        from configcat_mgmt.api.sync.stale_flags import StaleFlags

        return StaleFlags(self._aio.stale_flags, self._portal)

    @lazy_property
    def settings(self) -> "Settings":
        """Feature Flags & Settings.

        Manage the metadata and the predefined variations of feature flags and settings.
        """
        from configcat_mgmt.api.sync.settings import Settings

        return Settings(self._aio.settings, self._portal)

    @lazy_property
    def change_requests(self) -> "ChangeRequests":
        """Change requests.

        Propose changes of V2 values, have them approved, and apply them at once or at a
        scheduled time. The service calls this a beta.
        """
        from configcat_mgmt.api.sync.change_requests import ChangeRequests

        return ChangeRequests(self._aio.change_requests, self._portal)

    @lazy_property
    def sdk_keys(self) -> "SdkKeys":
        """SDK Keys.

        Read the SDK keys of a config in an environment.
        """
        from configcat_mgmt.api.sync.sdk_keys import SdkKeys

        return SdkKeys(self._aio.sdk_keys, self._portal)

    @lazy_property
    def setting_values(self) -> "SettingValues":
        """Feature Flag & Setting values.

        Read and change values of settings in configs with evaluation version `v1`; an
        SDK key may select the config and the environment.
        """
        from configcat_mgmt.api.sync.setting_values import SettingValues

        return SettingValues(self._aio.setting_values, self._portal)

    @lazy_property
    def setting_values_v2(self) -> "SettingValuesV2":
        """Feature Flag & Setting values V2.

        Read and change values of settings in configs with evaluation version `v2`; an
        SDK key may select the config and the environment.
        """
        from configcat_mgmt.api.sync.setting_values_v2 import SettingValuesV2

        return SettingValuesV2(self._aio.setting_values_v2, self._portal)

    @lazy_property
    def code_references(self) -> "CodeReferences":
        """Code References.

        Upload, read and delete reports about settings found in source code.
        """
        from configcat_mgmt.api.sync.code_references import CodeReferences

        return CodeReferences(self._aio.code_references, self._portal)

    @lazy_property
    def integration_links(self) -> "IntegrationLinks":
        """Integration links.

        Link settings with items of Trello, Jira and Monday.
        """
        from configcat_mgmt.api.sync.integration_links import IntegrationLinks

        return IntegrationLinks(self._aio.integration_links, self._portal)

    @lazy_property
    def me(self) -> "Me":
        """Me.

        Read the user whose credentials are used.
        """
        from configcat_mgmt.api.sync.me import Me

        return Me(self._aio.me, self._portal)
