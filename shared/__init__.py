"""What every operation shares: models, signing, and the way from an event to an answer."""
