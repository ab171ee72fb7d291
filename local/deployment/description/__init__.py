"""The description of a deployment, ``deploy.toml``, and what is wrong with it."""
