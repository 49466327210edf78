"""Models on trial: a shadow, scored beside the one that serves, and a canary, which answers some tenants."""
