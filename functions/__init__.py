"""The deployable operations, one folder a provider."""
