"""Mail comes in: pulled and stored, tied to its inquiry, and read anew where it could not be read."""
