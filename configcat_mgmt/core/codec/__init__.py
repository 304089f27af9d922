"""Converts between JSON and models."""
