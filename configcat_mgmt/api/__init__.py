"""Everything that is made from the description of the API.

Generated, do not edit.
Command: python -m configcat_mgmt.codegen
"""
