"""Runs any number of calls."""
