"""Evaluates responses of the management API by ConfigCat's documentation alone.

It is written to judge the emulator's published config: it knows nothing of that format,
shares no code with what writes it, and was not derived from an SDK.
"""
