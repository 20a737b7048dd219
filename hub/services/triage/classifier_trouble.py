"""Why messages go unclassified: said by the worker beside what it could not classify, for the banner of the staff pages."""

from __future__ import annotations

from sqlalchemy import Select, select

from hub.models import Prediction


def select_trouble() -> Select[str]:
    """Select why no classifier looked at the last message that was triaged; an empty text where one did.

    Pages read it from the database: they never load the model, and the worker may have another disk.
    """
    return select(Prediction.model).order_by(Prediction.id.desc()).limit(1)
