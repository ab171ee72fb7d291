"""The settings: their definitions, and the class that reads them."""

from shared.settings.definitions import SETTINGS, USER_SETTINGS, Setting
from shared.settings.reader import Settings, environment_source, make_source

__all__ = ["SETTINGS", "USER_SETTINGS", "Setting", "Settings", "environment_source", "make_source"]
