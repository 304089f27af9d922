"""The rights that a permission group can have."""

from typing import Final, Literal, TypeAlias, get_args

Right: TypeAlias = Literal[
    "can_manage_members",
    "can_create_or_update_config",
    "can_delete_config",
    "can_create_or_update_environment",
    "can_delete_environment",
    "can_create_or_update_setting",
    "can_tag_setting",
    "can_delete_setting",
    "can_create_or_update_tag",
    "can_delete_tag",
    "can_manage_webhook",
    "can_use_export_import",
    "can_manage_product_preferences",
    "can_manage_integrations",
    "can_view_sdk_key",
    "can_rotate_sdk_key",
    "can_create_or_update_segments",
    "can_delete_segments",
    "can_view_product_audit_log",
    "can_view_product_statistics",
    "can_disable_2fa",
]
RIGHTS: Final[tuple[Right, ...]] = get_args(Right)
"""The rights of permission groups, named as the members of the API's models."""

RIGHT_NAMES: Final[dict[Right, str]] = {
    "can_manage_members": "manage members and permission groups",
    "can_create_or_update_config": "create or update configs",
    "can_delete_config": "delete configs",
    "can_create_or_update_environment": "create or update environments",
    "can_delete_environment": "delete environments",
    "can_create_or_update_setting": "create or update settings",
    "can_tag_setting": "tag settings",
    "can_delete_setting": "delete settings",
    "can_create_or_update_tag": "create or update tags",
    "can_delete_tag": "delete tags",
    "can_manage_webhook": "manage webhooks",
    "can_use_export_import": "export and import",
    "can_manage_product_preferences": "manage the product's preferences",
    "can_manage_integrations": "manage integrations",
    "can_view_sdk_key": "view SDK keys",
    "can_rotate_sdk_key": "rotate SDK keys",
    "can_create_or_update_segments": "create or update segments",
    "can_delete_segments": "delete segments",
    "can_view_product_audit_log": "view the audit log of the product",
    "can_view_product_statistics": "view the statistics of the product",
    "can_disable_2fa": "disable two-factor authentication of members",
}
"""The rights in words, for messages: "the right to ..."."""

NEEDED_RIGHTS: Final[dict[Right, Right]] = {
    "can_delete_config": "can_create_or_update_config",
    "can_delete_environment": "can_create_or_update_environment",
    "can_delete_setting": "can_create_or_update_setting",
    "can_delete_tag": "can_create_or_update_tag",
    "can_delete_segments": "can_create_or_update_segments",
    "can_rotate_sdk_key": "can_view_sdk_key",
}
"""Rights that a group cannot have without another one. That of configs is known from
the official Terraform provider, the others are assumed."""
