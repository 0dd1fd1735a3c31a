"""The screens: the only Flask in the house. Reads through the store, writes only through flow, loads no ML and no transport."""

from triage.web.app import create_app

__all__ = ["create_app"]
