"""Models that only the group `organizations` uses.

Generated, do not edit.
Command: python -m configcat_mgmt.codegen
"""

from attrs import define, field


@define
class OrganizationLimitations:
    """Limits of an organization."""

    max_percentage_option_count: int = field(metadata={"format": "int32"})
    """Maximum number of percentage options in a flag."""
    max_targeting_rule_count: int = field(metadata={"format": "int32"})
    """Maximum number of targeting rules in a flag."""
    max_comparison_value_length: int = field(metadata={"format": "int32"})
    """Maximum length of a comparison value in characters."""
    max_comparison_value_list_length: int = field(metadata={"format": "int32"})
    """Maximum number of items in a comparison value list."""
    max_comparison_value_list_item_length: int = field(metadata={"format": "int32"})
    """Maximum length of one item of a comparison value list in characters."""
    max_string_flag_value_length: int = field(metadata={"format": "int32"})
    """Maximum length of a text value in characters."""
    max_condition_per_targeting_rule_count: int = field(metadata={"format": "int32"})
    """Maximum number of conditions in a targeting rule."""
    max_predefined_variations: int = field(metadata={"format": "int32"})
    """Maximum number of predefined variations a setting may have."""
