"""Every model of the API under the name that the API gives it."""

from configcat_mgmt.api import model_index
from configcat_mgmt.api.model_index import *

__all__ = model_index.__all__  # pyright: ignore
