"""Calls a provider: endpoint, credentials, transport, retries, rate limits."""
