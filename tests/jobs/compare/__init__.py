"""Tests of the comparison of products."""
