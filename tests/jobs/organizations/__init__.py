"""Tests of backups of whole organizations."""
