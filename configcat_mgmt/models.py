"""Every model of the API under the name that the API gives it."""

from configcat_mgmt.api.model_index import *
from configcat_mgmt.api.model_index import __all__ as __all__
