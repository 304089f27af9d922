"""From bodies of steps to what they say about a product in memory."""

from collections.abc import Mapping
from typing import Any

import attrs

from configcat_mgmt.jobs.model.environment_entries import (
    ACCESSES,
    APPROVAL_PERMISSIONS,
    PermissionEntries,
)
from configcat_mgmt.jobs.model.request_bodies import value_text
from configcat_mgmt.jobs.model.snapshot import (
    Condition,
    Formula,
    Header,
    Integration,
    PercentageOption,
    PermissionGroup,
    Plain,
    PrerequisiteCondition,
    Rule,
    RuleV1,
    SegmentCondition,
    Setting,
    UserCondition,
    ValueV1,
    Variation,
    Webhook,
)
from tests.jobs.plan_state import FIRST, Key, State, require, served_of

Json = Any


class Bodies(State):
    """Reads bodies, and refuses what the service would refuse."""

    def changed_group(self, group: PermissionGroup, body: Json) -> PermissionGroup:
        access_type = body.get("accessType", group.access_type)
        approval_type = body.get(
            "approvalPermissionType", group.approval_permission_type
        )
        rights = {name: flag for name, flag in body.items() if name.startswith("can")}
        return attrs.evolve(
            group,
            rights={**group.rights, **rights},
            access_type=access_type,
            new_environment_access_type=body.get(
                "newEnvironmentAccessType", group.new_environment_access_type
            ),
            environment_accesses=self._permissions(
                ACCESSES, access_type, group.environment_accesses, body
            ),
            approval_permission_type=approval_type,
            new_environment_approval_permission_type=body.get(
                "newEnvironmentApprovalPermissionType",
                group.new_environment_approval_permission_type,
            ),
            environment_approval_permissions=self._permissions(
                APPROVAL_PERMISSIONS,
                approval_type,
                group.environment_approval_permissions,
                body,
            ),
        )

    def _permissions(
        self,
        kind: PermissionEntries,
        group_type: str | None,
        present: Mapping[str, str],
        body: Json,
    ) -> dict[str, str]:
        entries = {name.casefold(): (name, one) for name, one in present.items()}
        for sent in body.get(kind.field, ()):
            require(group_type == "custom", f"{kind.field} only with custom")
            (key,) = self.ref(sent["environmentId"])
            entries[key] = (self.environments[(key,)].name, sent[kind.member])
        return dict(entries.values())

    def replaced_setting(self, setting: Setting, body: Json) -> Setting:
        hint = body.get("hint")
        mandatory = self.preferences.mandatory_setting_hint
        require(hint or not mandatory, "a hint is needed")
        tags = [self.tags[self.ref(tag)].name for tag in body.get("tags", ())]
        return attrs.evolve(
            setting,
            name=body["name"],
            hint=hint,
            tags=tuple(sorted(tags)),
            order=body.get("order", 0),
            is_json=body.get("isJson", setting.is_json),
        )

    def read_variation(self, body: Json) -> Variation:
        (value,) = body["value"].values()
        return Variation(value, body.get("name"), body.get("hint"))

    def read_webhook(self, config: str, environment: str, body: Json) -> Webhook:
        return Webhook(
            config,
            environment,
            body["url"],
            body["httpMethod"],
            body.get("content"),
            tuple(
                Header(one["key"], one["value"], one["isSecure"])
                for one in body["webHookHeaders"]
            ),
        )

    def read_integration(self, kind: str, body: Json) -> Integration:
        return Integration(
            body["name"],
            kind,
            body["parameters"],
            tuple(
                self.environments[self.ref(one)].name for one in body["environmentIds"]
            ),
            tuple(self.configs[self.ref(one)].name for one in body["configIds"]),
        )

    def read_served(self, key: Key, body: Json) -> Plain:
        ((member, value),) = body.items()
        setting = self.settings[key]
        if member == "predefinedVariationId":
            place = self.ref(value)
            require(place[:-1] == key, "a variation of another setting")
            texts = {value_text(one.value): one.value for one in setting.variations}
            return texts[place[-1]]
        require(not setting.variations, "a variation is needed")
        members = {"boolean": "bool", "string": "string", "int": "int"}
        wanted = members.get(setting.type, "double") + "Value"
        require(member == wanted, f"{key} wants {wanted}, not {member}")
        require(type(value) is type(FIRST[setting.type]), f"{value!r} for {key}")
        plain: Plain = value
        return plain

    def read_formula(self, key: Key, body: Json) -> Formula:
        return Formula(
            self.read_served(key, body["defaultValue"]),
            tuple(self.read_rule(key, rule) for rule in body["targetingRules"]),
            body["percentageEvaluationAttribute"],
        )

    def read_rule(self, key: Key, body: Json) -> Rule:
        percentage_options = tuple(
            PercentageOption(one["percentage"], self.read_served(key, one["value"]))
            for one in body.get("percentageOptions", ())
        )
        value = body.get("value")
        require(bool(percentage_options) == (value is None), "a value or options")
        return Rule(
            tuple(self.read_condition(key, one) for one in body["conditions"]),
            None if value is None else self.read_served(key, value),
            percentage_options,
        )

    def read_condition(self, key: Key, body: Json) -> Condition:
        ((member, condition),) = body.items()
        comparator = condition["comparator"]
        if member == "segmentCondition":
            segment = self.segments[self.ref(condition["segmentId"])]
            return SegmentCondition(segment.name, comparator)
        if member == "prerequisiteFlagCondition":
            other = self.ref(condition["prerequisiteSettingId"])
            require(other[0] == key[0], "a setting of another config")
            value = self.read_served(other, condition["prerequisiteComparisonValue"])
            return PrerequisiteCondition(self.settings[other].key, comparator, value)
        ((kind, wanted),) = condition["comparisonValue"].items()
        attribute = condition["comparisonAttribute"]
        if kind == "listValue":
            items = tuple((one["value"], one.get("hint")) for one in wanted)
            return UserCondition(attribute, comparator, items)
        return UserCondition(attribute, comparator, wanted)

    def read_old_value(self, key: Key, body: Json) -> ValueV1:
        rules: list[RuleV1] = []
        for rule in body["rolloutRules"]:
            segment = rule.get("segmentId")
            rules.append(
                RuleV1(
                    rule["value"],
                    rule.get("comparisonAttribute"),
                    rule.get("comparator"),
                    rule.get("comparisonValue"),
                    self.segments[self.ref(segment)].name if segment else None,
                    rule.get("segmentComparator"),
                )
            )
        percentage_options = tuple(
            PercentageOption(one["percentage"], one["value"])
            for one in body["rolloutPercentageItems"]
        )
        read = ValueV1(body["value"], tuple(rules), percentage_options)
        kind = type(FIRST[self.settings[key].type])
        for value in served_of(read):
            require(type(value) is kind, f"{value!r} for {key}")
        return read
