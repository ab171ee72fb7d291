"""The HTTP trigger: who may call, what they may ask for, and what the response is.

Imported for HTTP events only, so a timer's cold start does not pay for it.
"""
