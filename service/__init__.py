"""The service: what publishers call, moderators use and operators run."""
