"""Programs that run the operations by other means than a function platform."""
