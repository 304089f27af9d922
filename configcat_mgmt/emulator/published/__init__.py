"""Compiles settings into the config JSON that the evaluation SDKs download."""
