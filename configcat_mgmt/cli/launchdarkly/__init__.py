"""The command that imports from LaunchDarkly."""
