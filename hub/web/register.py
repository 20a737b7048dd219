"""Joins the faces to the application, each with its guard."""

from __future__ import annotations

from apiflask import APIFlask
from flask import Flask, request
from flask_babel import Babel
from flask_wtf.csrf import CSRFProtect
from jinja2 import StrictUndefined
from werkzeug.middleware.proxy_fix import ProxyFix

from hub.settings import Settings
from hub.web.auth import auth
from hub.web.errors import install_errors
from hub.web.files import attachments
from hub.web.inbox.allowing import allowing
from hub.web.inbox.bulk import bulk
from hub.web.inbox.doing import doing
from hub.web.inbox.filtering import filtering
from hub.web.inbox.held import held_messages
from hub.web.inbox.insertions import insertions
from hub.web.inbox.joining import joining
from hub.web.inbox.new_task import new_tasks
from hub.web.inbox.numbers import numbers
from hub.web.inbox.starting import starting
from hub.web.inbox.task_tickets import task_tickets
from hub.web.inbox.views import inbox, start
from hub.web.inbox.writing import writing
from hub.web.language import install_language
from hub.web.limits import install_limits
from hub.web.live import install_live
from hub.web.method import MethodOverride
from hub.web.people import register_people
from hub.web.programs import register_programs
from hub.web.security import install_headers
from hub.web.staff import register_staff
from hub.web.statics import install_static


def register(app: APIFlask) -> None:
    """Register every face and what stands around all of them."""
    settings: Settings = app.extensions["desk"].settings
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.config.setdefault("WTF_CSRF_TIME_LIMIT", None)
    app.config.setdefault("WTF_CSRF_SSL_STRICT", settings.secure)
    csrf = CSRFProtect(app)
    Babel(app, locale_selector=lambda: request.accept_languages.best_match(["en"]) or "en")
    install_language(app)
    install_limits(app, settings.redis_url)
    install_headers(app)
    install_errors(app)
    for blueprint in (
        auth,
        start,
        inbox,
        writing,
        insertions,
        doing,
        joining,
        allowing,
        bulk,
        starting,
        new_tasks,
        task_tickets,
        numbers,
        held_messages,
        filtering,
        attachments,
    ):
        app.register_blueprint(blueprint)
    install_live(app)
    register_staff(app)
    register_people(app)
    register_programs(app, csrf)
    install_static(app)
    trust_proxies(app, settings.proxies)
    app.wsgi_app = MethodOverride(app.wsgi_app)  # type: ignore[method-assign]  # the way Flask documents it


def trust_proxies(app: Flask, proxies: int) -> None:
    """Take a visitor's address from as many proxies as are ours; of host and scheme no header is believed."""
    if proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=proxies, x_proto=0, x_host=0)  # type: ignore[method-assign]
