"""Bulk and migration jobs: snapshot, plan, apply, verify, and what builds on them."""
