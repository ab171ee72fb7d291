"""Measures what ships beside the vendors' SDKs: ``python -m benchmarks``, or ``make bench``."""
