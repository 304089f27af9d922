"""Journals: records on disk of the steps that a job has done."""
