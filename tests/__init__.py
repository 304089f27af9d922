"""Tests of configcat_mgmt; `tests.schema` checks requests and responses independently."""
