"""Due work and outgoing mail, written in the caller's own transaction."""
