"""The three providers' request signatures: pure functions of values, standard library only."""
