"""When the classifier learns by itself: at fifty corrections, or in the night after a day with any.

What happens in the demo is tried out and not meant; it is learned from only where somebody asks for it.
"""

from __future__ import annotations

from collections.abc import Callable
from zoneinfo import ZoneInfo

from sqlalchemy import func, select

from hub.desk import Desk
from hub.domain.learning import learns_now
from hub.models import Company, Correction
from hub.services.triage.classifier_files import ClassifierFiles, Taught


def teach(desk: Desk, files: ClassifierFiles, start: Callable[[], None]) -> bool:
    """Start learning where it is due, and tell whether it was: a process of its own does it, beside the work."""
    taught = files.taught()
    fresh = desk.session.scalar(
        select(func.count())
        .select_from(Correction)
        .join(Company, Company.id == Correction.company_id)
        .where(Correction.id > taught.correction, Correction.undone_at.is_(None), Company.demo.is_(False))
    )
    now = desk.clock.now()
    zone = desk.session.scalar(select(Company.time_zone).order_by(Company.id).limit(1)) or "UTC"
    if not learns_now(fresh or 0, since=now - taught.at, hour=now.astimezone(ZoneInfo(zone)).hour):
        return False
    note_taught(desk, files)  # before it begins: a second worker need not begin, too
    start()
    return True


def note_taught(desk: Desk, files: ClassifierFiles) -> None:
    """Keep up to which correction the classifier has been taught, whether it took the lesson or refused it."""
    last = desk.session.scalar(select(func.max(Correction.id))) or 0
    files.note(Taught(last, desk.clock.now()))
