"""Endpoints of the group `sdk_keys`, as data.

Generated, do not edit.
Command: python -m configcat_mgmt.codegen
"""

from typing import Final
from uuid import UUID

from configcat_mgmt.api.models.sdk_keys import SdkKeysModel
from configcat_mgmt.core.operation import Operation, Parameter

GET_SDK_KEYS: Final[Operation[SdkKeysModel]] = Operation(
    id="get-sdk-keys",
    group="sdk_keys",
    method="GET",
    path="/v1/configs/{configId}/environments/{environmentId}",
    summary="Get the SDK keys of a config and environment.",
    effect="read",
    success={200: SdkKeysModel},
    errors=(400, 404, 429),
    parameters=(
        Parameter("config_id", "configId", "path", UUID),
        Parameter("environment_id", "environmentId", "path", UUID),
    ),
)
