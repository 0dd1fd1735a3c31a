"""Internet mail: raw bytes in, domain messages or outgoing bytes out. No network, no files but `files.py`, no state."""
