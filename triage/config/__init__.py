"""Configuration: where things lie (places), what triage.toml says (settings), the initial organisation (organisation)."""

from triage.config.oauth import OAuth
from triage.config.organisation import load_organisation
from triage.config.places import PROJECT, Places
from triage.config.safety import Acknowledgement, Alerts, Limits
from triage.config.settings import Channel, Settings, Source, document_settings, load_settings

__all__ = [
    "PROJECT",
    "Acknowledgement",
    "Alerts",
    "Channel",
    "Limits",
    "OAuth",
    "Places",
    "Settings",
    "Source",
    "document_settings",
    "load_organisation",
    "load_settings",
]
