"""Saves whole organizations."""
