"""The settings: which there are, and the door they are read through."""

from shared.settings.door import Settings, environment
from shared.settings.table import SETTINGS, Setting

__all__ = ["SETTINGS", "Setting", "Settings", "environment"]
