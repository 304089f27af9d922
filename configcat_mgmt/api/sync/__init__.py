"""One blocking class per group of operations.

Generated, do not edit.
Command: python -m configcat_mgmt.codegen
"""
