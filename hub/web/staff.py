"""The faces for staff beside the inbox: search, the board, the metrics, and everybody's own account."""

from __future__ import annotations

from flask import Flask

from hub.web.admin import answers, holidays, hours, promises, routing
from hub.web.admin.inbox_settings import INBOX_SETTINGS
from hub.web.admin.task_settings import TASK_SETTINGS
from hub.web.admin.views import admin
from hub.web.emergencies import emergencies
from hub.web.inbox.parked import parked
from hub.web.inbox.search import finding
from hub.web.kb import notices
from hub.web.kb.views import writers
from hub.web.me import register_me
from hub.web.ops.elsewhere import elsewhere
from hub.web.ops.making import making
from hub.web.ops.orders import ordering
from hub.web.ops.views import ops
from hub.web.reports import pages
from hub.web.reports.own import own_figures
from hub.web.reports.views import reports
from hub.web.setup import register_setup
from hub.web.told import told

SETTINGS = (answers, holidays, hours, promises, routing)
WITH_VIEWS = (*SETTINGS, *INBOX_SETTINGS, *TASK_SETTINGS)
METRICS = (pages,)
WRITERS = (notices,)


def register_staff(app: Flask) -> None:
    """Register what staff work with; importing a page of settings or metrics puts its views on their blueprint."""
    for blueprint in (
        admin,
        finding,
        told,
        parked,
        emergencies,
        ops,
        elsewhere,
        making,
        ordering,
        own_figures,
        reports,
        writers,
    ):
        app.register_blueprint(blueprint)
    register_me(app)
    register_setup(app)
