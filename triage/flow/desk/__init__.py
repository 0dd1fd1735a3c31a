"""What officers do with messages: look, decide, undo, reply, keep, search, report."""
