"""The faces for staff beside the inbox: the board and the metrics."""

from __future__ import annotations

from flask import Flask

from hub.web.ops.views import ops
from hub.web.reports.views import reports
from hub.web.setup import register_setup


def register_staff(app: Flask) -> None:
    """Register what operations and managers work with."""
    for blueprint in (ops, reports):
        app.register_blueprint(blueprint)
    register_setup(app)
