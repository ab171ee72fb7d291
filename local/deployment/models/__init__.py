"""Functions as deployments have them, and what a platform offers them."""
