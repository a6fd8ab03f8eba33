"""How messages travel between the processes: NATS JetStream lives only here."""
