"""Tests of bulk and migration jobs."""
