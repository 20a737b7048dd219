"""Articles from files: Markdown and Notion exports with their pictures, and the first articles that ship."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from sqlalchemy import select

from hub.desk import Desk
from hub.errors import Invalid
from hub.models import Article
from hub.services.help.article_files import file_name
from hub.services.help.articles import publish_articles
from knowledgebase.article import Article as Entry
from knowledgebase.article import Audience
from knowledgebase.importer import ImportRefused, Problem, import_articles
from knowledgebase.seed import first_articles


@dataclass(frozen=True, slots=True)
class Published:
    """What an import came to: articles that are new, changed and as before, files kept, and what did not come over."""

    new: int
    changed: int
    same: int
    files: int = 0
    problems: tuple[Problem, ...] = ()


def import_folder(desk: Desk, company_id: int, source: Path, *, audience: Audience, language: str = "") -> Published:
    """Publish the articles of a folder or zip; raises `Invalid` for one that is not taken at all."""
    try:
        found = import_articles(source, audience=audience, language=language)
    except ImportRefused as refused:
        raise Invalid(str(refused)) from refused
    names = {name: _keep(desk, name, data) for name, data in found.files.items()}
    entries = [replace(each, body_markdown=_rename(each.body_markdown, names)) for each in found.articles]
    return replace(_publish(desk, company_id, entries), files=len(names), problems=found.problems)


def seed_articles(desk: Desk, company_id: int) -> Published:
    """Publish the first articles; one that is there already stays as it is, for somebody may have rewritten it."""
    known = _known(desk, company_id)
    missing = [each for each in first_articles() if _key(each) not in known]
    publish_articles(desk, company_id, missing)
    return Published(len(missing), 0, len(first_articles()) - len(missing))


def _keep(desk: Desk, name: str, data: bytes) -> str:
    return file_name(desk.storage.put(data), PurePosixPath(name).suffix)


def _rename(text: str, names: Mapping[str, str]) -> str:
    for old, new in names.items():
        text = text.replace(old, new)
    return text


def _key(entry: Entry) -> tuple[str, str, str]:
    return str(entry.audience), entry.language, entry.slug


def _known(desk: Desk, company_id: int) -> dict[tuple[str, str, str], tuple[str, str, str]]:
    rows = desk.session.scalars(select(Article).where(Article.company_id == company_id))
    return {(row.audience, row.language, row.slug): (row.title, row.summary, row.body) for row in rows}


def _publish(desk: Desk, company_id: int, entries: Iterable[Entry]) -> Published:
    listed = list(entries)
    known = _known(desk, company_id)
    publish_articles(desk, company_id, listed)
    new = sum(_key(each) not in known for each in listed)
    same = sum(known.get(_key(each)) == (each.title, each.summary, each.body_markdown) for each in listed)
    return Published(new, len(listed) - new - same, same)
