"""Products in memory with a V1 config, before and after a conversion."""

from typing import Any, Final

import attrs

from configcat_mgmt.jobs.model.plan import Plan
from configcat_mgmt.jobs.model.snapshot import RuleV1, Setting, Snapshot, ValueV1
from tests.jobs.plan_interpreter import Service
from tests.jobs.products import config_of, plain_product, setting_of

Json = Any

URL: Final = "https://hooks.example/1"


def asks(comparator: str, text: str) -> RuleV1:
    return RuleV1(True, "Email", comparator, text)


def old_flag(*rules: RuleV1, key: str = "flag", **fields: Json) -> Setting:
    return setting_of(key, ValueV1(False, rules), **fields)


def product(*settings: Setting, **fields: Json) -> Snapshot:
    """One with a config of each version, the old one with these settings."""
    old = config_of(*(settings or (old_flag(),)), name="Old", version="v1")
    return plain_product(config_of(setting_of("other")), old, **fields)


def after(snapshot: Snapshot, plan: Plan) -> Snapshot:
    """Do what a plan says."""
    assert plan.blockers == ()
    service = Service.of(snapshot)
    service.run(plan)
    return service.snapshot()


def changed(snapshot: Snapshot, config: str, *settings: Setting) -> Snapshot:
    """Return the product with other settings in a config."""
    configs = tuple(
        attrs.evolve(one, settings=settings) if one.name == config else one
        for one in snapshot.configs
    )
    return attrs.evolve(snapshot, configs=configs)
