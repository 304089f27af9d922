"""Tests of configcat_mgmt; `tests.schema` judges requests and answers on its own."""
