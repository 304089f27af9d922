"""The limits of the plan that the emulated organization has."""

import attrs


@attrs.frozen(kw_only=True)
class PlanLimits:
    """Limits of a subscription plan; the defaults are those of the largest one.

    Source: https://configcat.com/docs/subscription-plan-limits for the documented
    figures. The counts from `products` on are unlimited unless they are set.

    Attributes:
        percentage_options (int): Options of one percentage split. Default: 500.
        targeting_rules (int): Rules of one setting in one environment. Default: 500.
        comparison_value_length (int): Characters of a comparison value. Default: 65535.
        comparison_list_length (int): Items of a list to compare with. Default: 15000.
        comparison_list_item_length (int): Characters of an item of such a list.
            Default: 255.
        string_value_length (int): Characters of a text value. Default: 100000.
        conditions_per_rule (int): Conditions of one targeting rule. Default: 100.
        predefined_variations (int): Predefined variations of one setting. Default: 500.
        products (int | None): Products of the organization. Default: None.
        environments (int | None): Environments of a product. Default: None.
        configs (int | None): Configs of a product. Default: None.
        settings (int | None): Settings of a config. Default: None.
        segments (int | None): Segments of a product. Default: None.
        permission_groups (int | None): Permission groups of a product. Default: None.
        webhooks (int | None): Webhooks of an environment. Default: None.
        integrations (int | None): Integrations of one type in a product. Default: None.
        proxy_profiles (int | None): Proxy profiles of the organization. Default: None.
        selected_sdk_keys (int): SDK keys selected in one proxy profile. Default: 1000.
    """

    percentage_options: int = 500
    """Options of one percentage split."""
    targeting_rules: int = 500
    """Rules of one setting in one environment."""
    comparison_value_length: int = 65_535
    """Characters of a comparison value."""
    comparison_list_length: int = 15_000
    """Items of a list to compare with."""
    comparison_list_item_length: int = 255
    """Characters of an item of such a list."""
    string_value_length: int = 100_000
    """Characters of a text value."""
    conditions_per_rule: int = 100
    """Conditions of one targeting rule."""
    predefined_variations: int = 500
    """Predefined variations of one setting."""

    products: int | None = None
    """Products of the organization."""
    environments: int | None = None
    """Environments of a product."""
    configs: int | None = None
    """Configs of a product."""
    settings: int | None = None
    """Settings of a config."""
    segments: int | None = None
    """Segments of a product."""
    permission_groups: int | None = None
    """Permission groups of a product."""
    webhooks: int | None = None
    """Webhooks of an environment."""
    integrations: int | None = None
    """Integrations of one type in a product."""
    proxy_profiles: int | None = None
    """Proxy profiles of the organization."""
    selected_sdk_keys: int = 1000
    """SDK keys selected in one proxy profile."""
