"""Triage of the contact inbox of IOM's International Partnerships Division."""

__version__ = "0.1.0"
