"""Joins the faces that programs use: providers' hooks, the API, and the health page."""

from __future__ import annotations

from apiflask import APIFlask
from flask_wtf.csrf import CSRFProtect

from hub.web.health import health, install_health
from hub.web.hooks import hooks


def register_programs(app: APIFlask, csrf: CSRFProtect) -> None:
    """Register every face for programs; none takes forms of ours, so none has their token."""
    install_health(app)
    for blueprint in (hooks, health):
        csrf.exempt(blueprint)
        app.register_blueprint(blueprint)
