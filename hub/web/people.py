"""The faces for people: doors, portal, help centres, and in the demo the sandbox."""

from __future__ import annotations

from flask import Flask

from hub.web.brand import brand
from hub.web.front.answers import answer_links
from hub.web.front.fixed import fixed_links
from hub.web.front.orders import order_links
from hub.web.front.task_links import task_links
from hub.web.front.views import front
from hub.web.help.sitemap import maps
from hub.web.help.views import help_centres
from hub.web.portal.door import door
from hub.web.portal.views import rooms
from hub.web.sandbox import register_sandbox


def register_people(app: Flask) -> None:
    """Register what anybody may see and what people see who are signed in to the portal."""
    for blueprint in (
        brand,
        front,
        order_links,
        task_links,
        answer_links,
        fixed_links,
        help_centres,
        maps,
        door,
        rooms,
    ):
        app.register_blueprint(blueprint)
    register_sandbox(app)
