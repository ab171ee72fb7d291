"""A function asks its own platform to run it again, apart from the call at hand.

A chat platform waits three seconds for an answer, an operation may take longer: the call is
acknowledged, and the work is done by a second, asynchronous invocation of the same function.
"""

from shared.deferral.invocation import defer

__all__ = ["defer"]
