"""Models that only the group `audit_logs` uses.

Generated, do not edit.
Command: python -m configcat_mgmt.codegen
"""

from datetime import datetime
from uuid import UUID

from attrs import define, field

from configcat_mgmt.api.models.common import PagingResponseInfo, SettingType
from configcat_mgmt.enums import OpenEnum
from configcat_mgmt.model_repr import short_lists


class AuditLogType(OpenEnum):
    """Kind of event in an audit log.

    The service adds and removes values over time: treat the list as open.
    """

    PRODUCT_CREATED = "productCreated"
    PRODUCT_CHANGED = "productChanged"
    PRODUCT_DELETED = "productDeleted"
    PRODUCTS_REORDERED = "productsReordered"
    PRODUCT_PREFERENCES_UPDATED = "productPreferencesUpdated"
    TEAM_MEMBER_INVITED = "teamMemberInvited"
    TEAM_MEMBER_INVITATION_REVOKED = "teamMemberInvitationRevoked"
    TEAM_MEMBER_JOINED = "teamMemberJoined"
    TEAM_MEMBER_PERMISSION_GROUP_CHANGED = "teamMemberPermissionGroupChanged"
    TEAM_MEMBER_REMOVED = "teamMemberRemoved"
    TEAM_MEMBER_LEFT = "teamMemberLeft"
    TEAM_MEMBER_INVITATION_CHANGED = "teamMemberInvitationChanged"
    TEAM_MEMBER_INVITATION_RESENT = "teamMemberInvitationResent"
    TEAM_MEMBER_INVITATION_REJECTED = "teamMemberInvitationRejected"
    TEAM_MEMBER_ADDED_TO_PRODUCT = "teamMemberAddedToProduct"
    CONFIG_CREATED = "configCreated"
    CONFIG_CHANGED = "configChanged"
    CONFIG_DELETED = "configDeleted"
    CONFIGS_REORDERED = "configsReordered"
    ENVIRONMENT_CREATED = "environmentCreated"
    ENVIRONMENT_CHANGED = "environmentChanged"
    ENVIRONMENT_DELETED = "environmentDeleted"
    ENVIRONMENTS_REORDERED = "environmentsReordered"
    SETTING_CREATED = "settingCreated"
    SETTING_CHANGED = "settingChanged"
    SETTING_DELETED = "settingDeleted"
    SETTINGS_REORDERED = "settingsReordered"
    PREDEFINED_VARIATIONS_CHANGED = "predefinedVariationsChanged"
    SETTING_CONVERTED_TO_PREDEFINED_VARIATIONS = (
        "settingConvertedToPredefinedVariations"
    )
    SETTING_CONVERTED_TO_FREE_FORM_VALUES = "settingConvertedToFreeFormValues"
    SETTING_VALUE_CHANGED = "settingValueChanged"
    WEB_HOOK_CREATED = "webHookCreated"
    WEB_HOOK_CHANGED = "webHookChanged"
    WEB_HOOK_DELETED = "webHookDeleted"
    PERMISSION_GROUP_CREATED = "permissionGroupCreated"
    PERMISSION_GROUP_CHANGED = "permissionGroupChanged"
    PERMISSION_GROUP_DELETED = "permissionGroupDeleted"
    PERMISSION_GROUP_DEFAULT = "permissionGroupDefault"
    API_KEY_ADDED = "apiKeyAdded"
    API_KEY_REMOVED = "apiKeyRemoved"
    INTEGRATION_ADDED = "integrationAdded"
    INTEGRATION_CHANGED = "integrationChanged"
    INTEGRATION_REMOVED = "integrationRemoved"
    API_KEY_CONNECTED = "apiKeyConnected"
    INTEGRATION_LINK_ADDED = "integrationLinkAdded"
    INTEGRATION_LINK_REMOVED = "integrationLinkRemoved"
    ORGANIZATION_ADDED = "organizationAdded"
    ORGANIZATION_CHANGED = "organizationChanged"
    ORGANIZATION_SUBSCRIPTION_TYPE_CHANGED = "organizationSubscriptionTypeChanged"
    ORGANIZATION_ADMIN_CHANGED = "organizationAdminChanged"
    ORGANIZATION_ADMIN_LEFT = "organizationAdminLeft"
    TWO_FACTOR_DISABLED_FOR_MEMBER = "twoFactorDisabledForMember"
    TAG_ADDED = "tagAdded"
    TAG_CHANGED = "tagChanged"
    TAG_REMOVED = "tagRemoved"
    SETTING_TAG_ADDED = "settingTagAdded"
    SETTING_TAG_REMOVED = "settingTagRemoved"
    PUBLIC_API_ACCESS_TOKEN_ADDED = "publicApiAccessTokenAdded"
    PUBLIC_API_ACCESS_TOKEN_REMOVED = "publicApiAccessTokenRemoved"
    DOMAIN_ADDED = "domainAdded"
    DOMAIN_VERIFIED = "domainVerified"
    DOMAIN_REMOVED = "domainRemoved"
    AUTO_PROVISIONING_CONFIGURATION_CHANGED = "autoProvisioningConfigurationChanged"
    SAML_IDP_CONFIGURATION_ADDED = "samlIdpConfigurationAdded"
    SAML_IDP_CONFIGURATION_REMOVED = "samlIdpConfigurationRemoved"
    SAML_IDP_CONFIGURATION_UPDATED = "samlIdpConfigurationUpdated"
    AUTO_PROVISIONING_ENABLED_CHANGED = "autoProvisioningEnabledChanged"
    ORGANIZATION_MEMBER_JOINED = "organizationMemberJoined"
    ORGANIZATION_MEMBER_PRODUCT_JOIN_REQUESTED = (
        "organizationMemberProductJoinRequested"
    )
    ORGANIZATION_MEMBER_PRODUCT_JOIN_REQUEST_REJECTED = (
        "organizationMemberProductJoinRequestRejected"
    )
    ORGANIZATION_MEMBER_PRODUCT_JOIN_REQUEST_APPROVED = (
        "organizationMemberProductJoinRequestApproved"
    )
    ORGANIZATION_MEMBER_REMOVED = "organizationMemberRemoved"
    CODE_REFERENCES_UPLOADED = "codeReferencesUploaded"
    CODE_REFERENCE_DELETED = "codeReferenceDeleted"
    CODE_REFERENCE_STALE_BRANCH_DELETED = "codeReferenceStaleBranchDeleted"
    SEGMENT_CREATED = "segmentCreated"
    SEGMENT_CHANGED = "segmentChanged"
    SEGMENT_DELETED = "segmentDeleted"
    WEBHOOK_SIGNING_KEY_DELETED = "webhookSigningKeyDeleted"
    WEBHOOK_SIGNING_KEY_CREATED = "webhookSigningKeyCreated"
    USER_PROVISIONING_CONFIGURATION_CHANGED = "userProvisioningConfigurationChanged"
    SYNC_GROUP_PROVISIONING_RULE_CHANGED = "syncGroupProvisioningRuleChanged"
    SYNC_GROUPS_REORDERED = "syncGroupsReordered"
    SYNC_USER_PROVISIONING_ENABLED = "syncUserProvisioningEnabled"
    SYNC_USER_PROVISIONING_DISABLED = "syncUserProvisioningDisabled"
    USER_EMAIL_CHANGED = "userEmailChanged"
    USER_FULL_NAME_CHANGED = "userFullNameChanged"
    USER_DISABLED = "userDisabled"
    AWS_CONNECTED = "awsConnected"
    AWS_DISCONNECTED = "awsDisconnected"
    USER_ENABLED = "userEnabled"
    SYNC_USER_DELETED = "syncUserDeleted"
    SYNC_GROUP_DELETED = "syncGroupDeleted"
    PROXY_CONFIGURATION_CREATED = "proxyConfigurationCreated"
    PROXY_CONFIGURATION_CHANGED = "proxyConfigurationChanged"
    PROXY_CONFIGURATION_DELETED = "proxyConfigurationDeleted"
    PROXY_CONFIGURATION_SECRET_REGENERATED = "proxyConfigurationSecretRegenerated"
    PROXY_NOTIFICATION_SETTINGS_UPDATED = "proxyNotificationSettingsUpdated"
    PROXY_NOTIFICATION_SETTINGS_DELETED = "proxyNotificationSettingsDeleted"
    PROXY_NOTIFICATION_SIGNING_KEY_ADDED = "proxyNotificationSigningKeyAdded"
    PROXY_NOTIFICATION_SIGNING_KEY_DELETED = "proxyNotificationSigningKeyDeleted"
    CHANGE_REQUEST_CREATED = "changeRequestCreated"
    CHANGE_REQUEST_UPDATED = "changeRequestUpdated"
    CHANGE_REQUEST_SETTING_VALUES_UPDATED = "changeRequestSettingValuesUpdated"
    CHANGE_REQUEST_SETTING_VALUE_REBASED = "changeRequestSettingValueRebased"
    CHANGE_REQUEST_APPROVED = "changeRequestApproved"
    CHANGE_REQUEST_APPROVAL_DISMISSED = "changeRequestApprovalDismissed"
    CHANGE_REQUEST_APPLIED = "changeRequestApplied"
    CHANGE_REQUEST_APPLIED_ON_SCHEDULE = "changeRequestAppliedOnSchedule"
    CHANGE_REQUEST_CLOSED = "changeRequestClosed"
    CHANGE_REQUEST_NEEDS_ATTENTION = "changeRequestNeedsAttention"
    CHANGE_REQUEST_COMMENT_ADDED = "changeRequestCommentAdded"
    CHANGE_REQUEST_COMMENT_EDITED = "changeRequestCommentEdited"
    CHANGE_REQUEST_COMMENT_DELETED = "changeRequestCommentDeleted"
    CHANGE_REQUEST_SETTING_DELETED = "changeRequestSettingDeleted"
    CHANGE_REQUEST_NEEDS_ATTENTION_FIXED = "changeRequestNeedsAttentionFixed"
    CHANGE_REQUEST_OWNERSHIP_CLAIMED = "changeRequestOwnershipClaimed"
    PRODUCT_OWNERSHIP_TRANSFERRED = "productOwnershipTransferred"
    ORGANIZATION_REMOVED = "organizationRemoved"
    DOMAIN_SAML_CONFIGURED = "domainSamlConfigured"
    DOMAIN_SAML_DELETED = "domainSamlDeleted"


@define
class AuditLogItemModel:
    """One record of the audit log."""

    audit_log_id: int = field(metadata={"essential": True})
    """Number of the record."""
    audit_log_date_time: datetime
    """Time of the event."""
    audit_log_type_enum: AuditLogType
    """Kind of the event as an enum value."""
    truncated: bool
    """Whether the details were cut."""
    model_version: int = field(metadata={"format": "int32"})
    """Version of the form of `details`."""
    audit_log_type: str
    """Kind of the event as a text."""
    user_email: str | None
    """E-mail address of the user who caused the event."""
    user_name: str
    """Name of the user who caused the event."""
    where: str
    """Where the event took place."""
    why: str | None
    """Note on the event, such as the reason given with a value write."""
    action_target: str
    """The subject of the event."""
    details: str
    """Details of the event; may be cut, see `truncated`."""
    change_set_id: UUID | None
    """Id of the change set the record belongs to, or null."""


@define
class DeletedSettingModel:
    """A setting that was deleted from a config."""

    key: str = field(metadata={"essential": True})
    """Key the setting had."""
    name: str
    """Name of the setting."""
    hint: str | None
    """Short explanation of the setting; null if there is none."""
    setting_type: SettingType
    """Type of the setting's values."""


@define(field_transformer=short_lists)
class AuditLogItemModelPagedList:
    """One page of audit log entries."""

    paging: PagingResponseInfo | None
    """Position of the page; null if unknown."""
    data: list[AuditLogItemModel] | None
    """Entries of the page, newest first; null if there are none."""
