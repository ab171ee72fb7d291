"""What all operations share: models, signing, and everything from an event to its response."""
