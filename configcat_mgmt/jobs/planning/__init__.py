"""From what there is and what should be to the calls that bring it about."""
