"""Why messages go unclassified: said by the worker beside what it could not classify, for the banner of the staff pages."""

from __future__ import annotations

from sqlalchemy import select

from hub.desk import Desk
from hub.models import Prediction


def classifier_trouble(desk: Desk) -> str:
    """Return why no classifier looked at the last message that was triaged; nothing where one did.

    Pages read it from the database: they never load the model, and the worker may have another disk.
    """
    return desk.session.scalar(select(Prediction.model).order_by(Prediction.id.desc()).limit(1)) or ""
