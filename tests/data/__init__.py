"""Texts that tests read."""
