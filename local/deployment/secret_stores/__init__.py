"""The providers' own stores of secrets, which a deployment reads; one module a store."""
