"""Notifications about runs, e.g. that a run failed or found something.

``load_channels`` reads the channels, ``deliver`` sends to them, ``secrets_of`` returns the secrets
of a channel.
"""

from __future__ import annotations

from shared.notifications.channel import Channel, secrets_of
from shared.notifications.config import load_channels
from shared.notifications.delivery import Delivery, deliver

__all__ = ["Channel", "Delivery", "deliver", "load_channels", "secrets_of"]
