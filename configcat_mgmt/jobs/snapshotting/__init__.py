"""Reads products and their stale flags."""
