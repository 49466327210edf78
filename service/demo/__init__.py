"""A desk to try: articles of our own writing, and one command that serves them."""
