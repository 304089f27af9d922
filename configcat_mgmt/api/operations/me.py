"""Endpoints of the group `me`, as data.

Generated, do not edit.
Command: python -m configcat_mgmt.codegen
"""

from typing import Final

from configcat_mgmt.api.models.me import MeModel
from configcat_mgmt.core.operation import Operation

GET_ME: Final[Operation[MeModel]] = Operation(
    id="get-me",
    group="me",
    method="GET",
    path="/v1/me",
    summary="Get the calling user.",
    effect="read",
    success={200: MeModel},
    errors=(429,),
)
