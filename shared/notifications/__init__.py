"""Notifications about runs that failed or found something.

``channels_of`` reads the channels, ``deliver`` sends to them, ``secrets_of`` returns what must
never be shown of a channel.
"""

from __future__ import annotations

from shared.notifications.channel import Channel, secrets_of
from shared.notifications.delivery import Delivery, deliver
from shared.notifications.setting import channels_of

__all__ = ["Channel", "Delivery", "channels_of", "deliver", "secrets_of"]
