"""The HTTP trigger: parses requests, authenticates and authorizes callers, builds responses.

Imported for HTTP events only, so that it does not slow down a timer's cold start.
"""
