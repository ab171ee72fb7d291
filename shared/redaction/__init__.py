"""Redacts secrets in everything that leaves the function: results, logs, HTTP and chat replies."""

from shared.redaction.redactor import Redactor
from shared.redaction.secret_forms import MASK

__all__ = ["MASK", "Redactor"]
