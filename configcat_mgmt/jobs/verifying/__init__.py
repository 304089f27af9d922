"""Reads back and compares."""
