"""Reads the profile files of the vendors' tools.

Imported only when such a file is needed, because configparser and json slow down a cold start.
No message quotes a file's text, and errors are raised outside the exception handlers so that no
parser's error, which quotes the text, is chained to them.
"""

from __future__ import annotations

import json
from configparser import ConfigParser
from configparser import Error as IniError
from pathlib import Path
from typing import NamedTuple

from shared.client.credentials.key_pair import NamedValue
from shared.errors import Misconfigured


class ProfileFile(NamedTuple):
    """A file that may contain profiles.

    Parameters
    ----------
    path: its path.
    label: its name in messages: its path below ``~``, or the setting that names it.
    is_required: whether it must exist, since a setting names it.
    """

    path: Path
    label: str
    is_required: bool = False

    @classmethod
    def in_home(cls, home: Path, *parts: str) -> ProfileFile:
        """Return a tool's file at its path below the home directory."""
        return cls(home.joinpath(*parts), "/".join(("~", *parts)))

    @classmethod
    def from_setting(cls, home: Path | None, setting: str, value: str) -> ProfileFile:
        """Return the file that a setting names; a leading ``~/`` is the home directory."""
        in_home = home is not None and value.startswith("~/")
        path = home / value[2:] if home is not None and in_home else Path(value)
        return cls(path, f"the file that {setting} names", is_required=True)

    def sections(self) -> dict[str, dict[str, str]] | None:
        """Return the sections of an ini file, or None if it does not exist.

        Raises :class:`shared.errors.Misconfigured` if it cannot be read or is not an ini file.
        """
        text = self._text()
        if text is None:
            return None
        # The vendors' parsers disagree about '%'; no key contains one, so it is not special here.
        parser = ConfigParser(interpolation=None)
        try:
            parser.read_string(text)
            sections = {name: dict(parser.items(name)) for name in parser.sections()}
        except IniError:
            sections = None
        if sections is None:
            raise self.error("is not a valid ini file")
        return sections

    def json_object(self) -> dict[str, object] | None:
        """Return the object in a JSON file, or None if it does not exist.

        Raises :class:`shared.errors.Misconfigured` if it cannot be read or is not an object.
        """
        text = self._text()
        if text is None:
            return None
        try:
            document: object = json.loads(text)
        except (ValueError, RecursionError):
            document = None
        if not isinstance(document, dict):
            raise self.error("is not a valid JSON object")
        return document

    def field(self, name: str, value: object, profile: str) -> NamedValue:
        """Return a field of a profile with its name for messages.

        Raises :class:`shared.errors.Misconfigured` if it is not a string.
        """
        if value is not None and not isinstance(value, str):
            raise self.error(f"has a {name} that is not a string, in profile {profile}")
        return (f"{name} in profile {profile} of {self.label}", value)

    def error(self, why: str, hint: str = "") -> Misconfigured:
        """Return the error that says why this file cannot be used."""
        return Misconfigured(
            f"{_capital(self.label)} {why}.",
            hint=hint or "Correct the file, or recreate it with the vendor's tool.",
        )

    def _text(self) -> str | None:
        problem = ""
        text: str | None = None
        try:
            text = self.path.read_text(encoding="utf-8-sig")
        except (FileNotFoundError, NotADirectoryError):
            problem = "does not exist" if self.is_required else ""
        except PermissionError:
            problem = "cannot be read: permission denied"
        except UnicodeDecodeError:
            problem = "is not UTF-8 text"
        except (OSError, ValueError):  # a directory, a loop of links, a NUL in the name
            problem = "cannot be read"
        if problem:
            raise self.error(problem)
        return text


def _capital(phrase: str) -> str:
    return phrase[:1].upper() + phrase[1:]
