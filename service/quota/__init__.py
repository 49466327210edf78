"""How much a tenant may ask for: rates, held in memory, and daily quotas, counted in the store."""
