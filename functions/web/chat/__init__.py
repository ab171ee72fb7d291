"""Commands from Slack and DingTalk: authentication, permissions, parsing, and replies.

``webhook`` responds to a platform's request, ``deferred_job`` runs a job that takes too long for
it. A function imports this package only for a request from a chat platform or a deferred job.
"""
