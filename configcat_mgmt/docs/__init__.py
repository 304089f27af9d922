"""The documentation: guides, indexes made from the code, and their builder."""
