"""Compares entities of two products."""
