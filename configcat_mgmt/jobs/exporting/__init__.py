"""Writes audit logs to files."""
