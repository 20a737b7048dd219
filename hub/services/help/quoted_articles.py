"""Articles quoted by their address in what an agent writes: which of them nobody outside can read any more."""

from __future__ import annotations

import re
from collections.abc import Sequence

from sqlalchemy import select

from hub.desk import Desk
from hub.models import Article
from hub.services.help.help_centre import PUBLIC

ADDRESS = re.compile(
    r"(?P<base>https?://[^\s/]+)?/(?:help/(?:residents|owners)/articles|k)/(?P<id>[1-9]\d{0,17})(?=\D|$)"
)


def find_unreadable(desk: Desk, company_id: int, text: str) -> Sequence[Article]:
    """Return the company's articles whose address a text has and that are not public today."""
    numbers = {int(each["id"]) for each in ADDRESS.finditer(text)}
    if not numbers:
        return []
    hidden = Article.published_at.is_(None) | Article.audience.not_in(PUBLIC)
    query = select(Article).where(Article.id.in_(numbers), Article.company_id == company_id, hidden)
    return desk.session.scalars(query.order_by(Article.id)).all()


def unreadable_words(articles: Sequence[Article]) -> str:
    """Return what an agent is told of them; empty where there are none."""
    names = ", ".join(f"“{each.title}”" for each in articles)
    if not names:
        return ""
    return f"{names} is not in the help centre any more: take the link out, or nobody can open it."
