"""The HTTP door: who may come in, what they may ask for, and what they are answered.

Only an HTTP event makes a function import it: a timer's cold start does not pay for it.
"""
