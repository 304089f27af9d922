"""Fills an emulator with realistic products."""
