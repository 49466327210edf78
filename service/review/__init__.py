"""What moderators and publishers ask of the review desk: a function for each, none of which commits."""
