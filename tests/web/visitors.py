"""People at their browsers: test clients signed in as somebody."""

from __future__ import annotations

import re

from apiflask import APIFlask
from flask.testing import FlaskClient

from hub.desk import Desk
from hub.domain.access import Actor
from hub.models import Contact, Identity
from hub.services.staff.accounts import SignedIn, start_sign_in
from hub.web.guards import PORTAL_SIGN_IN, SIGN_IN

TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


def visit(app: APIFlask) -> FlaskClient:
    """Return a browser that nobody is signed in to."""
    return app.test_client()


def sign_in(app: APIFlask, desk: Desk, actor: Actor) -> FlaskClient:
    """Return a browser an agent is signed in to."""
    with desk.transaction():
        signed_in = start_sign_in(desk, agent_id=actor.agent_id)
    return _begin(app, signed_in)


def sign_in_person(app: APIFlask, desk: Desk, contact: Contact, identity: Identity) -> FlaskClient:
    """Return a browser a resident, owner or craftsman is signed in to."""
    with desk.transaction():
        signed_in = start_sign_in(desk, contact_id=contact.id, identity_id=identity.id)
    return _begin(app, signed_in)


def token_on(page: str) -> str:
    """Return the token a page's forms carry."""
    found = TOKEN.search(page)
    assert found is not None, "The page has no form with a token."
    return found.group(1)


def _begin(app: APIFlask, signed_in: SignedIn) -> FlaskClient:
    client = app.test_client()
    with client.session_transaction() as session:
        session[SIGN_IN if signed_in.agent_id is not None else PORTAL_SIGN_IN] = signed_in.secret
    return client
