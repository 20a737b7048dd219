"""Joins the faces that programs use: providers' hooks, the API, and the health page."""

from __future__ import annotations

from apiflask import APIFlask
from flask_wtf.csrf import CSRFProtect

from hub.web.api import (
    articles,
    contacts,
    envelopes,
    inbound,
    leases,
    messages,
    metrics,
    orders,
    outbox,
    outside_tasks,
    places,
    tasks,
    tickets,
)
from hub.web.api.blueprint import IdConverter, api
from hub.web.api.description import install_description
from hub.web.health import health, install_health
from hub.web.hooks import hooks

RESOURCES = (
    articles,
    contacts,
    envelopes,
    inbound,
    leases,
    messages,
    metrics,
    orders,
    outbox,
    outside_tasks,
    places,
    tasks,
    tickets,
)


def register_programs(app: APIFlask, csrf: CSRFProtect) -> None:
    """Register every face for programs; none takes forms of ours, so none has their token.

    Importing a resource puts its views on the API's blueprint.
    """
    app.url_map.converters["id"] = IdConverter
    install_health(app)
    install_description(app)
    for blueprint in (hooks, health, api):
        csrf.exempt(blueprint)
        app.register_blueprint(blueprint)
