"""What the office talks about, in plain Python: no I/O, no library, no configuration."""
