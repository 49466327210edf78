"""Text in, scores out: no network, no database, no clock."""
