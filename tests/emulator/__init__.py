"""Tests of the embedded emulator."""
