"""Builds response models from stored records."""
