"""Sends one HTTP request and reads its response."""
