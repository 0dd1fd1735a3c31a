"""The organisation, its rules and its daily figures, as people change them while the service runs."""
