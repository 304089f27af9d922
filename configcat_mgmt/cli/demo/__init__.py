"""The demo: a bulk job at full pace against the embedded emulator."""
