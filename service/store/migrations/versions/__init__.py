"""One module a revision, each up and down."""
