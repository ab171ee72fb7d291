"""The frozen values that cross modules."""
