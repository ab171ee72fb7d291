"""Builds what one uploads: for each provider and platform one reproducible zip.

A bundle is made in memory and written last, so nothing half-written is ever left.
"""
