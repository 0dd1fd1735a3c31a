"""The units' side: links, plain replies, pages of their own, reminders, the digest, closed days and deputies."""
