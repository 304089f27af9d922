"""The progress and the outcome file of a bulk run."""
