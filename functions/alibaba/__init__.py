"""Alibaba Cloud: EDAS and E-HPC Instant."""
