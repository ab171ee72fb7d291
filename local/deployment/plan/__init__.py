"""What a deployment changes, and how that is shown."""
