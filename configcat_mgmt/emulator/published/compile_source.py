"""All that a published config is made of, as a value that can be compared.

So no code has to report changes: a config that was published before is still right if
it was compiled from an equal value.
"""

import base64
import hashlib
from uuid import UUID

import attrs

from configcat_mgmt.api.model_index import RolloutRuleComparator, SettingType
from configcat_mgmt.emulator.domain.evaluation import Content, PlainValue
from configcat_mgmt.emulator.domain.records import SdkKeys
from configcat_mgmt.emulator.domain.state import State


@attrs.frozen
class SourceSetting:
    """A setting with its value in the environment."""

    setting_id: int
    key: str
    setting_type: SettingType
    variations: tuple[tuple[UUID, PlainValue], ...]
    """Ids and values of the predefined variations."""
    content: Content


@attrs.frozen
class SourceSegment:
    """A segment of the product."""

    segment_id: UUID
    name: str
    attribute: str
    comparator: RolloutRuleComparator
    value: str


@attrs.frozen
class Source:
    """The data that a published config is compiled from."""

    salt: str
    """Base64 text that is hashed together with sensitive comparison values."""
    settings: tuple[SourceSetting, ...]
    """In order of their keys, so that reordering them publishes nothing new."""
    segments: tuple[SourceSegment, ...]
    """All of the product, also those that the config does not use."""


def gather(state: State, keys: SdkKeys) -> Source:
    """Collect the data to publish from the state.

    Args:
        state: The state; rights of `state.caller` do not matter here.
        keys: Name the config and the environment.
    """
    config = state.configs[keys.config_id]
    settings: list[SourceSetting] = []
    for key, setting_id in sorted(config.setting_ids.items()):
        setting = state.settings[setting_id]
        settings.append(
            SourceSetting(
                setting_id=setting_id,
                key=key,
                setting_type=setting.setting_type,
                variations=tuple(
                    (variation.variation_id, variation.value)
                    for variation in setting.variations
                ),
                content=state.values[keys.environment_id, setting_id].content,
            )
        )
    segments: list[SourceSegment] = []
    for segment_id in state.product_of(config).segment_ids:
        segment = state.segments[segment_id]
        segments.append(
            SourceSegment(
                segment_id=segment_id,
                name=segment.name,
                attribute=segment.comparison_attribute,
                comparator=segment.comparator,
                value=segment.comparison_value,
            )
        )
    return Source(_salt(keys), tuple(settings), tuple(segments))


def _salt(keys: SdkKeys) -> str:
    """Return a salt that stays the same as long as config and environment do."""
    place = keys.config_id.bytes + keys.environment_id.bytes
    return base64.b64encode(hashlib.sha256(b"salt" + place).digest()).decode("ascii")
