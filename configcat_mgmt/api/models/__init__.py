"""Records and enums of requests and answers, one file per group.

Generated, do not edit.
Command: python -m configcat_mgmt.codegen
"""
