"""Accounts and ways to sign in."""
