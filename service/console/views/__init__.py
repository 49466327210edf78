"""The pages, each with the actions that stand on it."""
