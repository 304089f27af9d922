"""Runs the demo while two things go wrong.

Somebody changes a flag of the copy, and the service allows less than it says, so that
it refuses calls.
"""

from typing import Any

from configcat_mgmt.api.model_index import SettingType, UpdateEvaluationFormulaModel
from configcat_mgmt.cli import main
from configcat_mgmt.cli.demo import command, run
from configcat_mgmt.emulator import Emulator, Exchange, RatePolicy, RateRule
from configcat_mgmt.emulator.handlers.setting_values_v2 import replace_setting_value_v2
from configcat_mgmt.values import make_value

LAST_STEP = "update-product-preferences"


class Troubled(Emulator):
    """Refuses the end of every burst; a flag changes as soon as all flags are there."""

    def __init__(self, username: str, password: str) -> None:
        rules = RateRule(15, 1), RateRule(500, 60)
        policy = RatePolicy(rules)
        super().__init__(username=username, password=password, rate_policy=policy)

    async def start(self) -> None:
        await super().start()
        self.observe(self.change)

    def change(self, exchange: Exchange) -> None:
        if exchange.operation != LAST_STEP:
            return
        _, copy = self.state.products.values()
        config = self.state.configs[copy.config_ids[0]]
        setting = next(
            one
            for one in self.state.settings_of(config)
            if one.setting_type == SettingType.BOOLEAN
        )
        place = self.state.environments_of(copy)[0].environment_id
        content: Any = self.state.values[place, setting.setting_id].content
        body = UpdateEvaluationFormulaModel(
            default_value=make_value(not content.default)
        )
        replace_setting_value_v2(self.state, place, setting.setting_id, body)


run.PEOPLE = 20  # as few as notice the change
command.Emulator = Troubled
main()
