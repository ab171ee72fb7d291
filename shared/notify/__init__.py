"""Notifications: a run that failed or found something is heard of.

``channels_of`` reads where to, ``deliver`` sends, ``secrets_of`` says what of a channel
must never be shown.
"""

from __future__ import annotations

from shared.notify.channel import Channel, secrets_of
from shared.notify.delivery import Delivery, deliver
from shared.notify.setting import channels_of

__all__ = ["Channel", "Delivery", "channels_of", "deliver", "secrets_of"]
