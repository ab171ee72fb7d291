"""Commands from Slack and DingTalk: authentication, permissions, parsing, and replies.

``webhook`` answers a platform's request, ``deferred_job`` runs what took too long for it. A
function imports this package only for an HTTP event of a chat platform, or for a deferred job.
"""
