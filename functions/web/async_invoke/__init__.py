"""Asynchronous invocation of the function itself, through its own platform's API.

A chat platform waits three seconds for a response, but an operation may take longer: the request
is acknowledged, and a second, asynchronous invocation of the same function does the work.
"""

from functions.web.async_invoke.invoke_self import invoke_self_async

__all__ = ["invoke_self_async"]
