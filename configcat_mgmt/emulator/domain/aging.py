"""Moves the times of a product into the past, so that its flags become stale."""

from datetime import datetime, timedelta

import attrs

from configcat_mgmt.emulator.domain.records import Product
from configcat_mgmt.emulator.domain.state import State


def age_product(state: State, product: Product, days: int) -> None:
    """Move every time that a product and its contents carry by `days` days.

    Raises:
        OverflowError: A time would lie before the year 1.
    """
    span = timedelta(days=days)
    records: list[attrs.AttrsInstance] = [*state.segments_of(product)]
    for config in state.configs_of(product):
        records += config.deleted_settings
        for setting in state.settings_of(config):
            records.append(setting)
            for environment_id in product.environment_ids:
                records.append(state.values[environment_id, setting.setting_id])
    records += (
        one
        for one in state.code_reports
        if state.configs[one.config_id].product_id == product.product_id
    )
    owned = (*state.invitations.values(), *state.audit)
    records += (one for one in owned if one.product_id == product.product_id)
    moves = [
        (record, field.name, moment - span)
        for record in records
        for field in attrs.fields(type(record))
        if isinstance(moment := getattr(record, field.name), datetime)
    ]
    for record, name, moment in moves:
        setattr(record, name, moment)
