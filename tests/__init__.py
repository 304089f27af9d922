"""Tests of configcat_mgmt; `tests.schema` checks all traffic on its own."""
