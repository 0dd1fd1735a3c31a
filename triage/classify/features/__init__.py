"""What the model sees of a message, one file a feature."""
