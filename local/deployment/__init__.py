"""Deploys functions to a platform: from a description to functions whose timers run.

:mod:`local.deployment.models.platform` is what a platform implements; nothing else here knows one.
"""
