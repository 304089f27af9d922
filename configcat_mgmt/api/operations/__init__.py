"""The table of endpoints, one file per group.

Generated, do not edit.
Command: python -m configcat_mgmt.codegen
"""
