"""What may help somebody who is writing to us: articles under what they write, before anything is sent."""

from __future__ import annotations

from hub.services.help.help_centre import article_path
from hub.services.help.help_suggestions import suggest_articles
from hub.web.desk import current_desk
from hub.web.language import _
from hub.web.viewmodels.parts import Choice, HelpfulArticle, HelpfulBox

PLACES = frozenset({"report", "portal"})
LOOK = "look"


def helpful_box(company_id: int, audience: str, text: str, *, place: str) -> HelpfulBox:
    """Return the articles near a text, and where a page gets them anew while somebody types."""
    found = suggest_articles(current_desk(), company_id, audience, text) if text.strip() else []
    return HelpfulBox(
        source=f"/help/{audience}/helpful?place={place}",
        articles=tuple(
            HelpfulArticle(
                title=each.title, url=f"{article_path(each)}?from={place}", summary=each.summary, language=each.language
            )
            for each in found
        ),
    )


def look_first() -> Choice:
    """Return the button that shows those articles where no script does."""
    return Choice(value=LOOK, label=_("Look for an answer first"))
