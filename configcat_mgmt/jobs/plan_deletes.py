"""Plans to delete what only the target has: bounded, and nothing that is needed.

What contains others takes them along, so that nothing is planned for these. Deletions
come after everything that is made or changed, and whatever depends on something goes
before it.
"""

from collections.abc import Iterable, Iterator, Mapping

import attrs

from configcat_mgmt.jobs import wire
from configcat_mgmt.jobs.plan import Entity
from configcat_mgmt.jobs.plan_after import served_after
from configcat_mgmt.jobs.plan_draft import LAST, Draft, NamedT
from configcat_mgmt.jobs.plan_settings import (
    PlannedConfig,
    kept_and_new,
    variation_values,
)
from configcat_mgmt.jobs.plan_surroundings import (
    grouped,
    integration_key,
    link_key,
    webhook_key,
)
from configcat_mgmt.jobs.plan_targeting import (
    prerequisites,
    served_values,
    used_segments,
    value_in,
)
from configcat_mgmt.jobs.snapshot import (
    Config,
    Environment,
    FlagCondition,
    Integration,
    Link,
    Plain,
    Setting,
    Snapshot,
    Webhook,
)
from configcat_mgmt.jobs.wire import ref


@attrs.define
class Deletions:
    """What is going to be deleted, before it becomes steps."""

    draft: Draft
    found: Snapshot
    configs: Mapping[str, PlannedConfig]
    """Those that are written, by casefolded name."""
    gone_configs: dict[str, Config] = attrs.field(factory=dict[str, Config])
    gone_environments: dict[str, Environment] = attrs.field(
        factory=dict[str, Environment]
    )
    gone_settings: dict[tuple[str, str], Setting] = attrs.field(
        factory=dict[tuple[str, str], Setting]
    )
    """By casefolded config name and key; not those of deleted configs."""
    count: int = 0
    """Things that are lost, with what they contain."""

    def staying_environments(self) -> Iterator[Environment]:
        """Go through the environments of the target that are not deleted."""
        for one in self.found.environments:
            if one.name.casefold() not in self.gone_environments:
                yield one

    def staying_settings(self) -> Iterator[tuple[Config, Setting]]:
        """Go through the settings of the target that are not deleted."""
        for config in self.found.configs:
            folded = config.name.casefold()
            if folded in self.gone_configs:
                continue
            for setting in config.settings:
                if (folded, setting.key.casefold()) not in self.gone_settings:
                    yield config, setting
