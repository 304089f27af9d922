"""Serves the emulated API over HTTP."""
