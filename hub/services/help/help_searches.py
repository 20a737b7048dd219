"""What people look for: written down without names, so that somebody can write what is missing."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert

from hub.desk import Desk
from hub.domain.masking import mask
from hub.models import Article, HelpSearch, SparedTicket

LONGEST = 120
KEPT = timedelta(days=180)


def note_search(desk: Desk, company_id: int, audience: str, words: str, *, found: int) -> None:
    """Count a search: one row for the same words on one day, addresses and numbers of people taken out."""
    plain = " ".join(mask(words.replace("\0", "")).casefold().split())[:LONGEST]
    if not plain:
        return
    row = insert(HelpSearch).values(
        company_id=company_id, audience=audience, asked_on=desk.clock.now().date(), words=plain, found=found
    )
    again = {"times": HelpSearch.times + 1, "found": row.excluded.found}
    desk.session.execute(
        row.on_conflict_do_update(index_elements=["company_id", "audience", "asked_on", "words"], set_=again)
    )


def note_spared(desk: Desk, article: Article, *, place: str) -> None:
    """Count somebody who found their answer while writing, and sent nothing."""
    desk.session.add(
        SparedTicket(
            company_id=article.company_id,
            article_id=article.id,
            title=article.title,
            audience=article.audience,
            place=place,
            created_at=desk.clock.now(),
        )
    )


def forget_old_searches(desk: Desk) -> None:
    """Forget what was looked for half a year ago."""
    desk.session.execute(delete(HelpSearch).where(HelpSearch.asked_on < (desk.clock.now() - KEPT).date()))
