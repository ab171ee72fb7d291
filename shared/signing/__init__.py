"""Four request signatures: pure functions of values, standard library only."""
