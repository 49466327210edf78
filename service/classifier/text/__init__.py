"""From a text as submitted to its sentences: markup, letters, language, and the way back to every place."""
