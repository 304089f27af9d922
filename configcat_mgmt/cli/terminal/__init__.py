"""The terminal: output, errors, exit codes, signals and progress bars."""
