"""Who hears of a timer's run: nobody reads its answer."""

from __future__ import annotations

from shared import notify
from shared.errors import Misconfigured
from shared.invocation import Arrival
from shared.models.result import Result


class Audience:
    """The channels of ``NOTIFY``, told after a run whatever came of it.

    Parameters
    ----------
    arrival: the timer's.
    """

    SHARE = 0.15
    """Of the function's time; a run that used up all of it must be heard of too."""

    def __init__(self, arrival: Arrival) -> None:
        self._arrival = arrival
        # Known at the start: a platform that tells the remaining time tells less later.
        self._deadline = arrival.deadline()
        self._channels: tuple[notify.Channel, ...] = ()
        self._refusal: Misconfigured | None = None
        try:
            self._channels = notify.channels_of(arrival.settings)
        except Misconfigured as error:
            self._refusal = error
        for channel in self._channels:
            for secret in notify.secrets_of(channel):
                arrival.scrub.learn(secret)

    @property
    def share(self) -> float:
        """The share of the time that is kept to tell of the run."""
        return self.SHARE if self._channels else 0.0

    def check(self) -> None:
        """Raise what is wrong with the setting, before anything is run."""
        if self._refusal is not None:
            raise self._refusal

    def tell(self, result: Result) -> int:
        """Tell of a result; return how many messages were lost."""
        arrival = self._arrival
        if not self._channels:
            return 0
        process = arrival.runtime
        delivery = notify.deliver(
            result,
            self._channels,
            sender=process.sender(arrival.settings),
            deadline=self._deadline,
            clock=process.clock,
            random=process.random,
            new_id=process.nonce,
            report=arrival.telemetry.report,
            operation=arrival.operation,
        )
        return delivery.lost
