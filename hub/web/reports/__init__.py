"""Metrics: every number with its table."""
