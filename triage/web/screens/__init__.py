"""One blueprint a screen. Every view carries its access decision (see triage.web.access)."""
