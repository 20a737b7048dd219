"""How staff and people come in, step by step: links, codes and passwords."""

from __future__ import annotations

import re

from hub.desk import Desk
from hub.services.staff import accounts
from tests.services.steps import Office, outbox

PASSWORD = "correct horse battery staple"


MARIA = "maria@example.org"


def token_in(words: str) -> str:
    """Return the token of the link in some words."""
    found = re.search(r"/login/link/(\S+)", words)
    assert found is not None
    return found[1]


def staff_link(desk: Desk, email: str = MARIA) -> str:
    """Return the token of a link that an operator makes."""
    with desk.transaction():
        return token_in(accounts.make_agent_link(desk, email))


def code_for(office: Office, address: str) -> str:
    """Ask for a portal code and read it where it is sent."""
    with office.desk.transaction():
        accounts.request_portal_link(office.desk, office.company, address)
    found = re.search(r"code is (\d{6})", outbox(office.desk, "sign_in")[-1].payload["text"])
    assert found is not None
    return found[1]


def by_password(desk: Desk, email: str = MARIA, password: str = PASSWORD, code: str = "") -> accounts.SignedIn:
    """Sign Maria in by her password."""
    with desk.transaction():
        return accounts.sign_in_with_password(desk, email, password, code)
