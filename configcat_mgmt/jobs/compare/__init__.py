"""Decides whether two things of two products are equal."""
