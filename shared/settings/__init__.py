"""The settings: which there are, and the door they are read through."""

from shared.settings.door import Settings, environment, place
from shared.settings.table import SETTINGS, SPELLINGS, Setting

__all__ = ["SETTINGS", "SPELLINGS", "Setting", "Settings", "environment", "place"]
