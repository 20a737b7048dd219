"""An article of a help centre as a value, and the names it goes by in addresses."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

SLUG_LENGTH = 80


class Audience(StrEnum):
    """Whom an article is for. `staff` is never shown to anybody who is not signed in as staff."""

    RESIDENTS = "residents"
    OWNERS = "owners"
    STAFF = "staff"


@dataclass(frozen=True, slots=True)
class Article:
    """One thing we know, written down for one audience in one language.

    `summary` is the answer in one or two sentences, short enough for a text message. `phrasings` are the question as
    people really ask it: they are searched, never shown. `automatic` is false where a person must always send it
    (emergencies, money troubles). `translation_of` is the slug of the original. `id` is 0 until the hub has stored it.
    """

    slug: str
    title: str
    topic: str
    audience: Audience
    language: str
    body_markdown: str
    summary: str = ""
    phrasings: tuple[str, ...] = ()
    related: tuple[str, ...] = ()
    reviewed_on: date | None = None
    translation_of: str = ""
    automatic: bool = True
    id: int = 0

    @property
    def key(self) -> str:
        """Name the article uniquely within one index: its number once stored, before that where it stands."""
        return str(self.id) if self.id else f"{self.audience}/{self.language}/{self.slug}"


def slug_of(title: str) -> str:
    """Make the part of an address that names an article: lower-case ASCII words joined by hyphens, never empty."""
    folded = unicodedata.normalize("NFKD", title.casefold())
    words = re.findall(r"[a-z0-9]+", "".join(c for c in folded if not unicodedata.combining(c)))
    slug = ""
    for word in words:
        longer = f"{slug}-{word}" if slug else word[:SLUG_LENGTH]
        if len(longer) > SLUG_LENGTH:
            break
        slug = longer
    return slug or "article"
