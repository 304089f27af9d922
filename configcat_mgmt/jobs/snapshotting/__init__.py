"""Reads a product with everything in it."""
