"""Issues that a person should know before a plan is applied."""
