"""The execution environment: what all invocations of one process share."""

from shared.runtime.environment import Runtime

__all__ = ["Runtime"]
