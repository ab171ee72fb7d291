"""The settings: which there are, and the door they are read through."""

from shared.settings.door import Settings, environment, place
from shared.settings.table import SET_BY_PEOPLE, SETTINGS, Setting

__all__ = ["SETTINGS", "SET_BY_PEOPLE", "Setting", "Settings", "environment", "place"]
