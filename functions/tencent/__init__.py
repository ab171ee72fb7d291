"""Tencent Cloud: CWP."""
