"""Keeps the state of an emulator outside of the process."""
