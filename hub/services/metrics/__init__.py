"""Promises and figures: clocks, measurements, sums by day, surveys, reports."""
