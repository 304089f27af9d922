"""A product in memory that obeys the steps of plans, and refuses as the service does.

Steps of a stage are done in random order, and every body is checked against the model
of its operation, with ids in place of refs.
"""

import random
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final
from uuid import UUID

import attrs

from configcat_mgmt.api.operation_index import OPERATIONS
from configcat_mgmt.core.codec.decode import decode
from configcat_mgmt.jobs.model.plan import Plan, Step
from configcat_mgmt.jobs.model.snapshot import PrerequisiteCondition, SegmentCondition
from tests.jobs.plan_changes import Changes
from tests.jobs.plan_state import conditions_of, fold, require

Json = Any

NUMBERED: Final = ("tag", "permission_group", "setting", "webhook")
"""Kinds of things whose ids are numbers; the ids of others are UUIDs."""


class Service(Changes):
    """The product, and the handlers of deletions."""

    def run(self, plan: Plan, seed: int = 0) -> None:
        """Do all steps, those of a stage in random order."""
        order = random.Random(seed)
        stages = sorted({step.stage for step in plan.steps})
        for stage in stages:
            steps = [step for step in plan.steps if step.stage == stage]
            order.shuffle(steps)
            # Answers of creations are known only when the stage is over.
            for step in steps:
                self.require_known(step)
            for step in steps:
                self.do(step)

    def do(self, step: Step) -> None:
        """Do one step."""
        require_valid(step)
        handler: Callable[[Step, Json, Json], None] = getattr(
            self, "_" + step.operation.replace("-", "_")
        )
        handler(step, step.arguments, step.body)
        self.done.append(step.id)

    def require_known(self, step: Step) -> None:
        pending: list[Json] = [step.arguments, step.body]
        while pending:
            value = pending.pop()
            if isinstance(value, Mapping) and "$ref" in value:
                if value["$ref"][0] != "organization":
                    self.ref(value)
            elif isinstance(value, Mapping):
                pending += value.values()
            elif isinstance(value, list):
                pending += value

    def _delete_environment(self, step: Step, arguments: Json, body: Json) -> None:
        key = self.ref(arguments["environment_id"])

        def without(names: Iterable[str]) -> tuple[str, ...]:
            return tuple(name for name in names if fold(name) != key)

        del self.environments[key]
        self.forget(lambda place: place[2:3] == key)
        self.webhooks = {
            place: hook for place, hook in self.webhooks.items() if place[1:2] != key
        }
        self.narrow("environments", key[0])
        self.preferences = attrs.evolve(
            self.preferences,
            reason_required_environments=without(
                self.preferences.reason_required_environments
            ),
            approve_required_environments=without(
                self.preferences.approve_required_environments
            ),
        )
        for name, group in self.groups.items():
            accesses = group.environment_accesses
            approvals = group.environment_approval_permissions
            self.groups[name] = attrs.evolve(
                group,
                environment_accesses={one: accesses[one] for one in without(accesses)},
                environment_approval_permissions={
                    one: approvals[one] for one in without(approvals)
                },
            )

    def _delete_tag(self, step: Step, arguments: Json, body: Json) -> None:
        key = self.ref(arguments["tag_id"])
        del self.tags[key]
        for place, setting in self.settings.items():
            tags = tuple(tag for tag in setting.tags if fold(tag) != key)
            self.settings[place] = attrs.evolve(setting, tags=tags)

    def _delete_segment(self, step: Step, arguments: Json, body: Json) -> None:
        key = self.ref(arguments["segment_id"])
        for value in self.values.values():
            for condition in conditions_of(value):
                if isinstance(condition, SegmentCondition):
                    require(fold(condition.segment) != key, "the segment is in use")
        del self.segments[key]

    def _delete_permission_group(self, step: Step, arguments: Json, body: Json) -> None:
        del self.groups[self.ref(arguments["permission_group_id"])]

    def _delete_config(self, step: Step, arguments: Json, body: Json) -> None:
        key = self.ref(arguments["config_id"])
        del self.configs[key]
        self.settings = {
            place: one for place, one in self.settings.items() if place[:1] != key
        }
        self.forget(lambda place: place[:1] == key)
        self.webhooks = {
            place: hook for place, hook in self.webhooks.items() if place[:1] != key
        }
        self.narrow("configs", key[0])

    def _delete_setting(self, step: Step, arguments: Json, body: Json) -> None:
        key = self.ref(arguments["setting_id"])
        for place, value in self.served_by(key):
            for condition in conditions_of(value):
                if isinstance(condition, PrerequisiteCondition) and place[:2] != key:
                    other = fold(key[0], condition.setting)
                    require(other != key, f"{key} is a prerequisite of {place}")
        del self.settings[key]
        self.forget(lambda place: place[:2] == key)

    def _delete_integration_link(self, step: Step, arguments: Json, body: Json) -> None:
        environment = self.ref(arguments["environment_id"])
        setting = self.ref(arguments["setting_id"])
        kind, item = arguments["integration_link_type"], arguments["key"]
        spot = (*setting, *environment, kind, item)
        del self.links[spot]

    def _delete_webhook(self, step: Step, arguments: Json, body: Json) -> None:
        del self.webhooks[self.ref(arguments["webhook_id"])]

    def _delete_integration(self, step: Step, arguments: Json, body: Json) -> None:
        del self.integrations[self.ref(arguments["integration_id"])]


def require_valid(step: Step) -> None:
    """Check arguments and body of a step against the description."""
    operation = OPERATIONS[step.operation]
    names = {one.name for one in operation.parameters}
    needed = {one.name for one in operation.parameters if one.required}
    assert needed <= set(step.arguments) <= names, step.id
    if operation.body is None:
        assert step.body is None, step.id
        return
    decode(with_ids(step.body), operation.body, mode="refuse")


def with_ids(value: Json) -> Json:
    """Put any id of the right type in place of each ref."""
    if isinstance(value, Mapping):
        if "$ref" in value:
            return 1 if value["$ref"][0] in NUMBERED else str(UUID(int=1))
        return {name: with_ids(item) for name, item in value.items()}
    if isinstance(value, list):
        return [with_ids(item) for item in value]
    return value
