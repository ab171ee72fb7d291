"""The accounts of a fleet: which there are, and where their keys come from."""
