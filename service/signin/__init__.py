"""Signing in with an identity provider: from an ID token to a key that ends within hours."""
