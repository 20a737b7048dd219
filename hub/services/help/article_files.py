"""What an article shows besides its words: its pictures and files, kept by content hash, and the articles it links to."""

from __future__ import annotations

import re

from sqlalchemy import select

from hub.desk import Desk
from hub.errors import NotFound
from hub.models import Article

FILE_TYPES = {
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".gif": "image/gif",
    ".webp": "image/webp",
    ".pdf": "application/pdf",
    ".mp4": "video/mp4",
    ".webm": "video/webm",
    ".vtt": "text/vtt",
}
FILE_NAME = re.compile(r"files/([0-9a-f]{64})(\.[a-z0-9]{3,4})")


def file_name(sha256: str, suffix: str) -> str:
    """Return how an article's text names a file: by the hash it has in storage."""
    return f"files/{sha256}{suffix}"


def file_hashes(text: str) -> set[str]:
    """Return the hashes of the files a text shows."""
    return {found[1] for found in FILE_NAME.finditer(text)}


def read_article_file(desk: Desk, company_id: int, name: str) -> tuple[bytes, str]:
    """Return a file and its type, if a public article of the company shows it; raises `NotFound`."""
    parts = FILE_NAME.fullmatch(f"files/{name}")
    shown = parts and desk.session.scalar(
        select(Article.id)
        .where(
            Article.company_id == company_id,
            Article.published_at.is_not(None),
            Article.audience != "staff",
            Article.body.contains(f"files/{name}", autoescape=True),
        )
        .limit(1)
    )
    if not parts or not shown or parts[2] not in FILE_TYPES:
        raise NotFound("There is no such file.")
    return desk.storage.get(parts[1]), FILE_TYPES[parts[2]]


def find_neighbours(desk: Desk, article: Article) -> dict[str, int]:
    """Return the published articles that an article may link to, by slug, present or past: of its audience and language."""
    rows = desk.session.execute(
        select(Article.slug, Article.id, Article.old_slugs).where(
            Article.company_id == article.company_id,
            Article.audience == article.audience,
            Article.language == article.language,
            Article.published_at.is_not(None),
        )
    )
    found = rows.all()
    before = {old: row.id for row in found for old in row.old_slugs}
    return before | {row.slug: row.id for row in found}


def article_targets(desk: Desk, article: Article) -> dict[str, str]:
    """Return where relative links of an article lead, by the slug they name."""
    return {
        slug: f"/help/{article.audience}/articles/{number}-{slug}"
        for slug, number in find_neighbours(desk, article).items()
    }
