"""Deploys functions to AWS Lambda: one CloudFormation stack for the whole deployment.

The calls are those of the user's own ``aws`` command, so that its profiles, sessions and proxies
hold here too.
"""
