"""What only runs on a developer's machine."""
