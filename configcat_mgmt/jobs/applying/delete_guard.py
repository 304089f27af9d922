"""Reads settings again before they are deleted; keeps those that somebody changed."""

import asyncio
from collections.abc import Mapping

import attrs

from configcat_mgmt.client import AsyncManagementClient
from configcat_mgmt.jobs.applying.report import CHANGED
from configcat_mgmt.jobs.issues.collecting import listed
from configcat_mgmt.jobs.model.plan import Plan, Step
from configcat_mgmt.jobs.model.references import dependents_in
from configcat_mgmt.jobs.model.selection import Criteria, Selection
from configcat_mgmt.jobs.model.snapshot import Config, Setting, Snapshot
from configcat_mgmt.jobs.planning.fingerprints import fingerprints_of
from configcat_mgmt.jobs.planning.read_gaps import relevant_gaps
from configcat_mgmt.jobs.snapshotting.product import Scope, read_product


@attrs.frozen(eq=False)
class _ConfigState:
    """The settings of a config as they are now."""

    settings: Mapping[str, Setting]
    """By casefolded key."""
    dependents: Mapping[str, Mapping[str, tuple[str, ...]]]
    """As `dependents_in` returns them."""
    problem: str | None = None
    """Why this does not say enough."""


class DeleteGuard:
    """Tells whether settings may be deleted as one plan wants it.

    The configs that a stage deletes from are read when its first deletion is to be
    sent, with one call for each and one for each of their environments. What somebody
    changes between this and the deletion is not seen.
    """

    def __init__(self, client: AsyncManagementClient, plan: Plan) -> None:
        """Begin without having looked."""
        self._client = client
        self._plan = plan
        self._turn = asyncio.Lock()
        self._stage: int | None = None
        self._states: dict[str, _ConfigState] = {}

    async def objection(self, step: Step) -> str | None:
        """Return why a setting must not be deleted, None if it may be.

        A setting that no longer exists may be deleted.

        Args:
            step: Its deletion, with the digests of its content in the plan.

        Raises:
            ConfigCatManagementError: The product cannot be read.
        """
        config, key = (name.casefold() for name in step.key)
        async with self._turn:
            if self._stage != step.stage:
                self._states = await self._read(step.stage)
                self._stage = step.stage
        look = self._states[config]
        if look.problem is not None:
            return f"it could not be checked again: {look.problem}"
        setting = look.settings.get(key)
        if setting is None:
            return None
        fingerprints = fingerprints_of(setting)
        if any(
            fingerprints.get(name) != fingerprint
            for name, fingerprint in step.versions.items()
        ):
            return CHANGED
        dependents = look.dependents.get(key)
        return (
            f"others depend on it: {listed(tuple(dependents))}" if dependents else None
        )

    async def _read(self, stage: int) -> dict[str, _ConfigState]:
        configs = {
            step.key[0]
            for step in self._plan.steps
            if step.stage == stage and step.entity == "setting"
        }
        target = self._plan.target
        found = await read_product(
            self._client,
            target.product_id or target.product,
            Scope(_settings_of(*sorted(configs))),
        )
        present = {one.name.casefold(): one for one in found.configs}
        return {
            name.casefold(): _look(found, name, present.get(name.casefold()))
            for name in configs
        }


def _look(found: Snapshot, name: str, config: Config | None) -> _ConfigState:
    gaps = relevant_gaps(found, _settings_of(name))
    unread = tuple(f"{gap.entity} {gap.key}, {gap.reason}" for gap in gaps)
    if unread or config is None:
        return _ConfigState({}, {}, listed(unread) or "the config is not there")
    settings = {one.key.casefold(): one for one in config.settings}
    return _ConfigState(settings, dependents_in(config))


def _settings_of(*configs: str) -> Selection:
    return Selection(Criteria(entities=("setting", "values"), configs=configs))
