"""Tests of the generated surface against the description."""
