"""From records to the API's models: predefined variations and their usages."""

from uuid import UUID

from configcat_mgmt.api.model_index import (
    EnvironmentAccessType,
    PredefinedVariationChangeRequestUsageModel,
    PredefinedVariationEnvironmentModel,
    PredefinedVariationsWithUsagesModel,
    PredefinedVariationUsageModel,
    PredefinedVariationWithUsagesModel,
)
from configcat_mgmt.emulator.domain import access
from configcat_mgmt.emulator.domain.change_request_records import ChangeRequest
from configcat_mgmt.emulator.domain.records import Setting, Variation
from configcat_mgmt.emulator.domain.state import State
from configcat_mgmt.emulator.domain.usage import (
    proposed_variation_usages,
    variation_usages,
)
from configcat_mgmt.emulator.views.views import variation_value_view


def variations_with_usages_view(
    state: State, setting: Setting
) -> PredefinedVariationsWithUsagesModel:
    """Show predefined variations with the places of use that the caller may see."""
    accesses = {
        environment.environment_id: (environment, access.access_to(state, environment))
        for environment in state.environments_of(
            state.product_of(state.config_of(setting))
        )
    }
    seen = {
        environment_id
        for environment_id, (_, kind) in accesses.items()
        if kind != EnvironmentAccessType.NONE
    }
    usages = variation_usages(state, setting)
    proposed = proposed_variation_usages(state, setting)
    return PredefinedVariationsWithUsagesModel(
        setting_key=setting.key,
        setting_type=setting.setting_type,
        predefined_variations=[
            _with_usages(variation, usages, proposed, seen)
            for variation in setting.variations
        ],
        environments=[
            PredefinedVariationEnvironmentModel(
                environment_id=environment_id,
                name=environment.name,
                access_type=kind,
            )
            for environment_id, (environment, kind) in accesses.items()
            if environment_id in seen
        ],
        max_predefined_variations=state.limits.predefined_variations,
    )


def _with_usages(
    variation: Variation,
    usages: set[tuple[UUID, int, UUID]],
    proposed: list[tuple[UUID, int, ChangeRequest]],
    seen: set[UUID],
) -> PredefinedVariationWithUsagesModel:
    places = sorted(
        (setting_id, environment_id)
        for variation_id, setting_id, environment_id in usages
        if variation_id == variation.variation_id
    )
    proposals = [
        (setting_id, request)
        for variation_id, setting_id, request in proposed
        if variation_id == variation.variation_id
    ]
    return PredefinedVariationWithUsagesModel(
        value=variation_value_view(variation.value),
        name=variation.name,
        hint=variation.hint,
        predefined_variation_id=variation.variation_id,
        usages=[
            PredefinedVariationUsageModel(
                setting_id=setting_id, environment_id=environment_id
            )
            for setting_id, environment_id in places
            if environment_id in seen
        ],
        usages_in_other_environments=sum(
            1 for _, environment_id in places if environment_id not in seen
        ),
        change_request_usages=[
            PredefinedVariationChangeRequestUsageModel(
                change_request_id=request.change_request_id,
                change_request_title=request.title,
                setting_id=setting_id,
                environment_id=request.environment_id,
            )
            for setting_id, request in proposals
            if request.environment_id in seen
        ],
        change_request_usages_in_other_environments=sum(
            1 for _, request in proposals if request.environment_id not in seen
        ),
    )
