"""Creations and changes that a plan can ask for, done to a product in memory."""

from collections.abc import Iterable
from typing import Any

import attrs

from configcat_mgmt.jobs.model.environment_entries import (
    APPROVALS,
    REASONS,
    EnvironmentEntries,
)
from configcat_mgmt.jobs.model.plan import Step
from configcat_mgmt.jobs.model.request_bodies import value_text
from configcat_mgmt.jobs.model.snapshot import (
    Config,
    Environment,
    Link,
    PermissionGroup,
    PrerequisiteCondition,
    Segment,
    Setting,
    Tag,
    Variation,
)
from tests.jobs.plan_bodies import Bodies
from tests.jobs.plan_state import (
    Key,
    conditions_of,
    fold,
    require,
    served_of,
    webhook_key,
)

Json = Any


class Changes(Bodies):
    """Named by operation."""

    def _create_product(self, step: Step, arguments: Json, body: Json) -> None:
        require(self.product is None, "there is a product")
        assert arguments["organization_id"]["$ref"][0] == "organization"
        self.product = [body["name"], body.get("description"), body["order"]]

    def _create_environment(self, step: Step, arguments: Json, body: Json) -> None:
        self.ref(arguments["product_id"])
        key = fold(body["name"])
        require(key not in self.environments, "there is such an environment")
        self.environments[key] = Environment(
            body["name"],
            body.get("color"),
            body.get("description"),
            body["order"],
        )
        for place in self.settings:
            spot = (*place, *key)
            self.values[spot] = self.first_value(place)
        for name, group in self.groups.items():
            accesses = {
                **group.environment_accesses,
                body["name"]: group.new_environment_access_type,
            }
            on_new = group.new_environment_approval_permission_type or "cannotApprove"
            approvals = {
                **group.environment_approval_permissions,
                body["name"]: on_new,
            }
            self.groups[name] = attrs.evolve(
                group,
                environment_accesses=accesses,
                environment_approval_permissions=approvals,
            )

    def _create_tag(self, step: Step, arguments: Json, body: Json) -> None:
        self.ref(arguments["product_id"])
        require(fold(body["name"]) not in self.tags, "there is such a tag")
        self.tags[fold(body["name"])] = Tag(body["name"], body.get("color"))

    def _create_segment(self, step: Step, arguments: Json, body: Json) -> None:
        self.ref(arguments["product_id"])
        require(fold(body["name"]) not in self.segments, "there is such a segment")
        self.segments[fold(body["name"])] = Segment(
            body["name"],
            body["comparisonAttribute"],
            body["comparator"],
            body["comparisonValue"],
            body.get("description"),
        )

    def _create_permission_group(self, step: Step, arguments: Json, body: Json) -> None:
        self.ref(arguments["product_id"])
        require(fold(body["name"]) not in self.groups, "there is such a group")
        accesses = {one.name: "none" for one in self.environments.values()}
        group = PermissionGroup(body["name"], environment_accesses=accesses)
        self.groups[fold(body["name"])] = self.changed_group(group, body)

    def _create_config(self, step: Step, arguments: Json, body: Json) -> None:
        self.ref(arguments["product_id"])
        require(fold(body["name"]) not in self.configs, "there is such a config")
        self.configs[fold(body["name"])] = Config(
            body["name"],
            body["evaluationVersion"],
            body.get("description"),
            body["order"],
        )

    def _create_setting(self, step: Step, arguments: Json, body: Json) -> None:
        config = self.ref(arguments["config_id"])
        place = (*config, body["key"].casefold())
        require(place not in self.settings, "there is such a setting")
        variations = tuple(
            self.read_variation(one) for one in body.get("predefinedVariations", ())
        )
        require(
            not variations or self.configs[config].evaluation_version == "v2",
            "v1 has no variations",
        )
        setting = Setting(
            body["key"], body["name"], body["settingType"], variations=variations
        )
        self.settings[place] = self.replaced_setting(setting, body)
        for environment in self.environments:
            spot = (*place, *environment)
            self.values[spot] = self.first_value(place)

    def _create_webhook(self, step: Step, arguments: Json, body: Json) -> None:
        config = self.configs[self.ref(arguments["config_id"])]
        environment = self.environments[self.ref(arguments["environment_id"])]
        hook = self.read_webhook(config.name, environment.name, body)
        require(webhook_key(hook) not in self.webhooks, "there is such a webhook")
        self.webhooks[webhook_key(hook)] = hook

    def _create_integration(self, step: Step, arguments: Json, body: Json) -> None:
        self.ref(arguments["product_id"])
        key = (body["name"].casefold(), body["integrationType"])
        require(key not in self.integrations, "there is such an integration")
        self.integrations[key] = self.read_integration(body["integrationType"], body)

    def _update_product(self, step: Step, arguments: Json, body: Json) -> None:
        self.ref(arguments["product_id"])
        for number, name in enumerate(("name", "description", "order")):
            if body.get(name) is not None:
                self.product[number] = body[name]

    def _update_environment(self, step: Step, arguments: Json, body: Json) -> None:
        key = self.ref(arguments["environment_id"])
        self.environments[key] = attrs.evolve(self.environments[key], **_sent(body))

    def _update_tag(self, step: Step, arguments: Json, body: Json) -> None:
        key = self.ref(arguments["tag_id"])
        self.tags[key] = attrs.evolve(self.tags[key], **_sent(body))

    def _update_segment(self, step: Step, arguments: Json, body: Json) -> None:
        key = self.ref(arguments["segment_id"])
        names = {
            "comparisonAttribute": "attribute",
            "comparisonValue": "comparison",
        }
        fields = {names.get(name, name): value for name, value in _sent(body).items()}
        self.segments[key] = attrs.evolve(self.segments[key], **fields)

    def _update_permission_group(self, step: Step, arguments: Json, body: Json) -> None:
        key = self.ref(arguments["permission_group_id"])
        self.groups[key] = self.changed_group(self.groups[key], body)

    def _update_config(self, step: Step, arguments: Json, body: Json) -> None:
        key = self.ref(arguments["config_id"])
        self.configs[key] = attrs.evolve(self.configs[key], **_sent(body))

    def _replace_setting(self, step: Step, arguments: Json, body: Json) -> None:
        key = self.ref(arguments["setting_id"])
        self.settings[key] = self.replaced_setting(self.settings[key], body)

    def _update_predefined_variations(
        self, step: Step, arguments: Json, body: Json
    ) -> None:
        key = self.ref(arguments["setting_id"])
        setting = self.settings[key]
        require(setting.variations, "the setting is free-form")
        wanted: list[Variation] = []
        for entry in body["predefinedVariations"]:
            variation = self.read_variation(entry)
            named = entry.get("predefinedVariationId")
            if named is not None:
                place = self.ref(named)
                require(place[:-1] == key, "a variation of another setting")
                require(place[-1] == value_text(variation.value), "another value")
            else:
                known = [one.value for one in setting.variations]
                require(variation.value not in known, "the value is there already")
            wanted.append(variation)
        values = [one.value for one in wanted]
        require(len(values) == len(set(values)) > 0, "values are not unique")
        self.settings[key] = attrs.evolve(setting, variations=tuple(wanted))
        for place, value in self.served_by(key):
            if place[:2] == key:
                for served in served_of(value):
                    require(served in values, "the variation is in use")
            for condition in conditions_of(value):
                if isinstance(condition, PrerequisiteCondition) and (
                    fold(key[0], condition.setting) == key
                ):
                    require(condition.value in values, "the variation is in use")

    def _post_setting_values(self, step: Step, arguments: Json, body: Json) -> None:
        self._write(step, arguments, body["settingValues"], "v1")

    def _post_setting_values_v2(self, step: Step, arguments: Json, body: Json) -> None:
        self._write(step, arguments, body["updateFormulas"], "v2")

    def _write(
        self, step: Step, arguments: Json, entries: list[Json], version: str
    ) -> None:
        config = self.ref(arguments["config_id"])
        environment = self.ref(arguments["environment_id"])
        require(self.configs[config].evaluation_version == version, "other version")
        needing = fold(*self.preferences.reason_required_environments)
        needs_reason = self.preferences.reason_required or environment[0] in needing
        require(not needs_reason or arguments.get("reason"), "a reason is needed")
        require(entries, "nothing to write")
        written: set[Key] = set()
        for entry in entries:
            key = self.ref(entry["settingId"])
            require(key[:1] == config and key not in written, "twice or elsewhere")
            written.add(key)
            read = self.read_formula if version == "v2" else self.read_old_value
            spot = (*key, *environment)
            self.values[spot] = read(key, entry)

    def _add_or_update_integration_link(
        self, step: Step, arguments: Json, body: Json
    ) -> None:
        environment = self.ref(arguments["environment_id"])
        setting = self.ref(arguments["setting_id"])
        kind, item = arguments["integration_link_type"], arguments["key"]
        key = (*setting, *environment, kind, item)
        before = self.links.get(key, Link(kind, item))
        self.links[key] = attrs.evolve(before, **body)

    def _update_webhook(self, step: Step, arguments: Json, body: Json) -> None:
        key = self.ref(arguments["webhook_id"])
        for change in body:
            assert (change["op"], change["path"]) == ("replace", "/content")
            content = change["value"]
            self.webhooks[key] = attrs.evolve(self.webhooks[key], content=content)

    def _replace_webhook(self, step: Step, arguments: Json, body: Json) -> None:
        key = self.ref(arguments["webhook_id"])
        before = self.webhooks[key]
        after = self.read_webhook(before.config, before.environment, body)
        assert webhook_key(after) == key
        self.webhooks[key] = after

    def _update_integration(self, step: Step, arguments: Json, body: Json) -> None:
        key = self.ref(arguments["integration_id"])
        self.integrations[key] = self.read_integration(key[1], body)

    def _update_product_preferences(
        self, step: Step, arguments: Json, body: Json
    ) -> None:
        self.ref(arguments["product_id"])
        reasons = self.preferences.reason_required_environments
        approvals = self.preferences.approve_required_environments
        names = {
            "approve_required": "approveRequired",
            "reason_required": "reasonRequired",
            "key_generation_mode": "keyGenerationMode",
            "show_variation_id": "showVariationId",
            "mandatory_setting_hint": "mandatorySettingHint",
        }
        sent = {name: body[wire] for name, wire in names.items() if wire in body}
        self.preferences = attrs.evolve(
            self.preferences,
            reason_required_environments=self._demanding(REASONS, reasons, body),
            approve_required_environments=self._demanding(APPROVALS, approvals, body),
            **sent,
        )

    def _demanding(
        self, kind: EnvironmentEntries, present: Iterable[str], body: Json
    ) -> tuple[str, ...]:
        demanding = {name.casefold(): name for name in present}
        for entry in body.get(kind.field, ()):
            (key,) = self.ref(entry["environmentId"])
            demanding.pop(key, None)
            if entry[kind.member]:
                demanding[key] = self.environments[(key,)].name
        return tuple(sorted(demanding.values()))

    def _invite_member(self, step: Step, arguments: Json, body: Json) -> None:
        (group,) = self.ref(body["permissionGroupId"])
        self.invited += [(email, group) for email in body["emails"]]


def _sent(body: Json) -> Json:
    return {name: value for name, value in body.items() if value is not None}
