"""The API client: signs, sends and retries an operation's requests."""
