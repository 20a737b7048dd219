"""Joins the faces to the application, each with its guard."""

from __future__ import annotations

from apiflask import APIFlask


def register(app: APIFlask) -> None:
    """Register every face."""
