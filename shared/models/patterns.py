"""The regular expressions that several parameters and settings share."""

from __future__ import annotations

IDENTIFIER = r"^[A-Za-z0-9][A-Za-z0-9._-]*$"
"""An ID. In pydantic's regex engine ``$`` does not match before a newline."""

STORAGE_KEY = r"""^[^<>&"'\\]*$"""
"""An access key or a secret key of a bucket."""

REGION = r"^[a-z]{2,3}(-[a-z0-9]+){1,4}$"
"""A region ID. No match can change the host that a region is part of."""

ACCOUNT_NAME = r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$"
"""The name of an account or of a set of targets in the accounts file."""
