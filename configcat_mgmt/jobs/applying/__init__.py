"""Applies plans: journalled, resumable, never twice."""
