"""The desk of the application being served."""

from __future__ import annotations

from flask import current_app

from hub.desk import Desk


def current_desk() -> Desk:
    """Return the desk a view works with."""
    desk: Desk = current_app.extensions["desk"]
    return desk
