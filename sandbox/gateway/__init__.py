"""The gateway: connections, sessions, and who hears which event."""
