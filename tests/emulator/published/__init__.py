"""Tests of the published config."""
