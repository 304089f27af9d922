"""Writes `configcat_mgmt/api/` from the API description in this folder.

Not part of the run-time package: standard library only, offline, and it imports
nothing else of `configcat_mgmt`. Use it as `python -m configcat_mgmt.codegen`.
"""
