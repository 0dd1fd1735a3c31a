"""The loop that pulls mail, classifies and forwards, and nothing else: every step is a use case of `flow`."""
