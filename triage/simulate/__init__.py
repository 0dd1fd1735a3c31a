"""Scripted officers and streams of authored mail: what the gate would do in an office, measured before one relies on it."""
