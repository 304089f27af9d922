"""How records of a snapshot are written to the API, with refs in place of ids.

All functions give plain JSON in the wire form of request bodies. What reads a
product is the way back.
"""

from collections.abc import Iterable, Mapping
from typing import Final

import attrs

from configcat_mgmt.jobs.model.entity import Entity, Ref
from configcat_mgmt.jobs.model.snapshot import (
    Condition,
    Config,
    Environment,
    Formula,
    Integration,
    Link,
    PermissionGroup,
    Plain,
    Preferences,
    Rule,
    RuleV1,
    Segment,
    SegmentCondition,
    Setting,
    Tag,
    UserCondition,
    ValueV1,
    Variation,
    Webhook,
)
from configcat_mgmt.json_value import JsonValue

MEMBERS: Final[Mapping[str, str]] = {
    "boolean": "boolValue",
    "string": "stringValue",
    "int": "intValue",
    "double": "doubleValue",
}
"""The member of a V2 value by setting type."""


def ref(entity: Entity, *key: str) -> JsonValue:
    """Return the ref of an entity, for arguments and bodies of a plan."""
    return Ref(entity, key).to_json()


def refs(entity: Entity, names: Iterable[str]) -> list[JsonValue]:
    """Return the refs of entities of a kind."""
    return [ref(entity, name) for name in names]


def value_text(value: Plain) -> str:
    """Return the text of a value in the ref of a predefined variation.

    A boolean is `true` or `false`, a text itself, an int its digits, and a double the
    shortest text that reads back as the same number, always with a point or exponent.
    """
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return repr(value + 0.0)  # Makes one zero of the two.
    return str(value)


def value_of_text(text: str, setting_type: str) -> Plain:
    """Return the value of a text that `value_text` made."""
    match setting_type:
        case "boolean":
            return text == "true"
        case "int":
            return int(text)
        case "double":
            return float(text)
        case _:
            return text


def typed(value: Plain, setting_type: str) -> Plain:
    """Return a value in the Python type of a setting: a double is always a float."""
    if setting_type == "double" and isinstance(value, int | float):
        return float(value)
    return value


def plain_member(value: Plain, setting_type: str) -> dict[str, JsonValue]:
    """Wrap a value in the member for the type of its setting."""
    return {MEMBERS.get(setting_type, "stringValue"): typed(value, setting_type)}


@attrs.frozen
class SettingForm:
    """The facts about a setting that are needed to write its values."""

    key: str
    type: str
    has_variations: bool


@attrs.frozen
class ConfigForm:
    """The facts about a config that are needed to write its values."""

    name: str
    settings: Mapping[str, SettingForm]
    """By casefolded key."""
    segments: Mapping[str, str] = attrs.field(factory=dict[str, str])
    """How segments are spelled, by casefolded name."""

    def setting(self, key: str) -> SettingForm | None:
        """Find a setting by its key, in whatever case."""
        return self.settings.get(key.casefold())

    def value(self, form: SettingForm, value: Plain) -> dict[str, JsonValue]:
        """Return a V2 value: a typed member, or a ref of a predefined variation."""
        if form.has_variations:
            text = value_text(typed(value, form.type))
            variation = ref("variation", self.name, form.key, text)
            return {"predefinedVariationId": variation}
        return plain_member(value, form.type)

    def formula(self, form: SettingForm, formula: Formula) -> dict[str, JsonValue]:
        """Return an entry of the body of `post-setting-values-v2`."""
        return {
            "settingId": ref("setting", self.name, form.key),
            "defaultValue": self.value(form, formula.default),
            "targetingRules": [self._rule(form, rule) for rule in formula.rules],
            "percentageEvaluationAttribute": formula.percentage_attribute,
        }

    def old_value(self, form: SettingForm, value: ValueV1) -> dict[str, JsonValue]:
        """Return an entry of the body of `post-setting-values`."""
        return {
            "settingId": ref("setting", self.name, form.key),
            "value": typed(value.default, form.type),
            "rolloutRules": [self._old_rule(form, rule) for rule in value.rules],
            "rolloutPercentageItems": [
                {"percentage": one.percentage, "value": typed(one.value, form.type)}
                for one in value.percentage_options
            ],
        }

    def targeting(
        self, form: SettingForm, targeting: Formula | ValueV1
    ) -> dict[str, JsonValue]:
        """Return the entry of a batch body for a value of either version."""
        if isinstance(targeting, Formula):
            return self.formula(form, targeting)
        return self.old_value(form, targeting)

    def _rule(self, form: SettingForm, rule: Rule) -> dict[str, JsonValue]:
        written: dict[str, JsonValue] = {
            "conditions": [self._condition(one) for one in rule.conditions]
        }
        # A rule has either options or a value; the body has no field for the other.
        if rule.percentage_options:
            written["percentageOptions"] = [
                {"percentage": one.percentage, "value": self.value(form, one.value)}
                for one in rule.percentage_options
            ]
        if rule.value is not None:
            written["value"] = self.value(form, rule.value)
        return written

    def _condition(self, condition: Condition) -> dict[str, JsonValue]:
        if isinstance(condition, UserCondition):
            return {
                "userCondition": {
                    "comparisonAttribute": condition.attribute,
                    "comparator": condition.comparator,
                    "comparisonValue": _comparison(condition),
                }
            }
        if isinstance(condition, SegmentCondition):
            return {
                "segmentCondition": {
                    "segmentId": self._segment(condition.segment),
                    "comparator": condition.comparator,
                }
            }
        form = self.setting(condition.setting)
        if form is None:
            form = SettingForm(condition.setting, _type_of(condition.value), False)
        return {
            "prerequisiteFlagCondition": {
                "prerequisiteSettingId": ref("setting", self.name, form.key),
                "comparator": condition.comparator,
                "prerequisiteComparisonValue": self.value(form, condition.value),
            }
        }

    def _old_rule(self, form: SettingForm, rule: RuleV1) -> dict[str, JsonValue]:
        value = typed(rule.value, form.type)
        if rule.segment is not None:
            return {
                "segmentId": self._segment(rule.segment),
                "segmentComparator": rule.segment_comparator,
                "value": value,
            }
        return {
            "comparisonAttribute": rule.attribute,
            "comparator": rule.comparator,
            "comparisonValue": rule.comparison,
            "value": value,
        }

    def _segment(self, name: str) -> JsonValue:
        return ref("segment", self.segments.get(name.casefold(), name))


def _comparison(condition: UserCondition) -> dict[str, JsonValue]:
    value = condition.value
    if isinstance(value, str):
        return {"stringValue": value}
    if isinstance(value, tuple):
        return {
            "listValue": [
                {"value": item} if hint is None else {"value": item, "hint": hint}
                for item, hint in value
            ]
        }
    return {"doubleValue": float(value)}


def _type_of(value: Plain) -> str:
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, str):
        return "string"
    return "int" if isinstance(value, int) else "double"


def product_body(
    name: str, description: str | None, order: int
) -> dict[str, JsonValue]:
    """Return the body that creates a product."""
    return {"name": name, **_given(description=description), "order": order}


def environment_body(environment: Environment) -> dict[str, JsonValue]:
    """Return the body that creates an environment."""
    return {
        "name": environment.name,
        **_given(color=environment.color, description=environment.description),
        "order": environment.order,
    }


def tag_body(tag: Tag) -> dict[str, JsonValue]:
    """Return the body that creates a tag."""
    return {"name": tag.name, **_given(color=tag.color)}


SEGMENT_RULE: Final = ("comparisonAttribute", "comparator", "comparisonValue")
"""The fields of a segment that decide which values users get."""


def segment_body(segment: Segment) -> dict[str, JsonValue]:
    """Return the body that creates a segment."""
    return {
        "name": segment.name,
        **_given(description=segment.description),
        "comparisonAttribute": segment.attribute,
        "comparator": segment.comparator,
        "comparisonValue": segment.comparison,
    }


def group_body(group: PermissionGroup) -> dict[str, JsonValue]:
    """Return the body that creates a permission group, less the environments."""
    new_approval = group.new_environment_approval_permission_type
    return {
        "name": group.name,
        **dict(sorted(group.rights.items())),
        "accessType": group.access_type,
        "newEnvironmentAccessType": group.new_environment_access_type,
        **_given(
            approvalPermissionType=group.approval_permission_type,
            newEnvironmentApprovalPermissionType=new_approval,
        ),
    }


def config_body(config: Config) -> dict[str, JsonValue]:
    """Return the body that creates a config."""
    return {
        "name": config.name,
        **_given(description=config.description),
        "order": config.order,
        "evaluationVersion": config.evaluation_version,
    }


def setting_body(setting: Setting, tags: Iterable[str]) -> dict[str, JsonValue]:
    """Return the body that creates a setting, with its predefined variations.

    Args:
        setting: The setting.
        tags: Names of its tags as the target spells them.
    """
    variations: dict[str, JsonValue] = {}
    if setting.variations:
        variations["predefinedVariations"] = [
            variation_body(one, setting.type) for one in setting.variations
        ]
    return {
        **replacement_body(setting, tags),
        "key": setting.key,
        "settingType": setting.type,
        **variations,
    }


def replacement_body(setting: Setting, tags: Iterable[str]) -> dict[str, JsonValue]:
    """Return the body that replaces name, hint, tags, order and the check as JSON."""
    return {
        "name": setting.name,
        **_given(hint=setting.hint),
        "tags": [ref("tag", tag) for tag in tags],
        "order": setting.order,
        **_given(isJson=setting.is_json),
    }


def variation_body(variation: Variation, setting_type: str) -> dict[str, JsonValue]:
    """Return a new predefined variation; the id of a present one is added to it."""
    return {
        "value": plain_member(variation.value, setting_type),
        **_given(name=variation.name, hint=variation.hint),
    }


def link_body(link: Link) -> dict[str, JsonValue]:
    """Return the body that makes or changes an integration link."""
    return _given(description=link.description, url=link.url)


def webhook_body(webhook: Webhook) -> dict[str, JsonValue]:
    """Return the body that creates or replaces a webhook.

    Headers whose value is not known are left out.
    """
    return {
        "url": webhook.url,
        **_given(content=webhook.content),
        "httpMethod": webhook.method,
        "webHookHeaders": [
            {"key": one.key, "value": one.value, "isSecure": one.secure}
            for one in webhook.headers
            if one.value
        ],
    }


def integration_body(
    integration: Integration, environments: Iterable[str], configs: Iterable[str]
) -> dict[str, JsonValue]:
    """Return the body that replaces an integration.

    Args:
        integration: The integration, with its parameters.
        environments: The environments it is limited to, as the target spells them.
        configs: The same for configs.
    """
    return {
        "name": integration.name,
        "parameters": dict(sorted((integration.parameters or {}).items())),
        "environmentIds": refs("environment", environments),
        "configIds": refs("config", configs),
    }


def preferences_body(preferences: Preferences) -> dict[str, JsonValue]:
    """Return the body that sets the preferences of a product, less the environments."""
    return {
        "reasonRequired": preferences.reason_required,
        "keyGenerationMode": preferences.key_generation_mode,
        "showVariationId": preferences.show_variation_id,
        "mandatorySettingHint": preferences.mandatory_setting_hint,
        **_given(approveRequired=preferences.approve_required),
    }


def _given(**fields: JsonValue) -> dict[str, JsonValue]:
    return {name: value for name, value in fields.items() if value is not None}
