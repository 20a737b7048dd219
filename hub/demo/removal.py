"""Taking the demo out, and leaving what real people put in."""

from __future__ import annotations

from sqlalchemy import text

from hub.desk import Desk
from hub.services.setup import connect_environment


def remove_demo(desk: Desk) -> None:
    """Remove the demo's companies, people and staff; rows of other companies are not touched."""
    with desk.transaction() as session:
        session.execute(text("SELECT set_config('hub.erase', 'on', true)"))
        session.execute(text("DELETE FROM companies WHERE demo"))
        session.execute(text("DELETE FROM agents WHERE demo"))
        session.expire_all()
        connect_environment(desk)
