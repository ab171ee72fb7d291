"""The immutable values that modules exchange."""
