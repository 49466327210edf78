"""`overclaim models`: what serves, what is on trial, and what may go."""
