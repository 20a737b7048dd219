"""Read articles from a folder or zip of Markdown, our own or a Notion export. Returns values; the hub stores them."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath

from knowledgebase.archive import ImportRefused, read_files
from knowledgebase.article import Article, Audience, slug_of
from knowledgebase.front_matter import FrontMatterError, read_article, split_front_matter
from knowledgebase.language import SERVED, UNKNOWN, detect_language
from knowledgebase.markdown import LONGEST
from knowledgebase.notion import page_name, read_page
from knowledgebase.relink import Links, relink
from knowledgebase.topics import TOPICS

__all__ = ["Import", "ImportRefused", "Problem", "import_articles"]

# What may lie beside articles, by the first bytes of the file, never by its name alone.
KINDS = {
    ".png": (b"\x89PNG\r\n\x1a\n",),
    ".jpg": (b"\xff\xd8\xff",),
    ".gif": (b"GIF87a", b"GIF89a"),
    ".webp": (b"RIFF",),
    ".pdf": (b"%PDF-",),
    ".mp4": (b"",),
    ".webm": (b"\x1aE\xdf\xa3",),
    ".vtt": (b"WEBVTT", b"\xef\xbb\xbfWEBVTT"),
}


@dataclass(frozen=True, slots=True)
class Problem:
    """Something in one file that did not come over, as a sentence for whoever imports."""

    path: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Import:
    """What a folder or zip holds.

    Links between `articles` read `slug.md`, their pictures `files/<name>`, whose bytes are in `files` under that name.
    """

    articles: tuple[Article, ...] = ()
    files: Mapping[str, bytes] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()


@dataclass(slots=True)
class _Page:
    path: str
    notion_id: str
    article: Article


def import_articles(source: Path, *, audience: Audience, language: str = "") -> Import:
    """Read every Markdown file of a folder or zip as an article.

    The language is that of the front matter, else of a folder called `es`, else the given one, else told from the text.
    A file that cannot be read is a `Problem`, the others still come over. Raises `ImportRefused` for the whole.
    """
    found = read_files(source)
    problems: list[Problem] = []
    pages: list[_Page] = []
    taken: set[tuple[str, str]] = set()
    for path, data in sorted(found.items()):
        if PurePosixPath(path).suffix.lower() in {".md", ".markdown"}:
            try:
                page = _read_page(path, data, audience, language, problems)
            except FrontMatterError as error:
                problems.append(Problem(path, str(error)))
                continue
            page.article = _with_free_slug(page.article, taken)
            pages.append(page)
    if not pages and not problems:
        raise ImportRefused("There is no Markdown file (.md) in it: in Notion, export as 'Markdown & CSV'.")
    return _link(pages, found, problems)


def _read_page(path: str, data: bytes, audience: Audience, language: str, problems: list[Problem]) -> _Page:
    text = _decode(path, data, problems)
    if len(text) > LONGEST:
        raise FrontMatterError(f"The text has {len(text):,} letters; an article may have {LONGEST:,}. Split it in two.")
    title, notion_id = page_name(path)
    properties: dict[str, str] = {}
    if not split_front_matter(text).fields:
        properties, text = read_page(text)
        if not text.lstrip().startswith("# "):
            text = f"# {title}\n\n{text}"
    if properties.get("audience", "").lower() in set(Audience):
        audience = Audience(properties["audience"].lower())
    article = read_article(
        text,
        slug="" if notion_id else slug_of(title),
        audience=audience,
        language=_language(path, text, properties.get("language", ""), language),
        topic=_topic(path, properties.get("topic", "")),
    )
    return _Page(
        path,
        notion_id,
        replace(
            article,
            summary=article.summary or properties.get("summary", ""),
            phrasings=article.phrasings or _listed(properties.get("phrasings", "")),
        ),
    )


def _decode(path: str, data: bytes, problems: list[Problem]) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        problems.append(Problem(path, "The file is not UTF-8 and was read as Windows-1252: check its accents."))
        return data.decode("cp1252", errors="replace")


def _language(path: str, text: str, written: str, given: str) -> str:
    folders = [part.lower() for part in PurePosixPath(path).parts[:-1] if part.lower() in SERVED]
    detected = detect_language(text[:5_000])
    return written or next(iter(folders), "") or given or ("en" if detected == UNKNOWN else detected)


def _topic(path: str, written: str) -> str:
    """Choose the topic: as written, else the nearest folder that is called like one, else the outermost folder."""
    if written:
        return _topic_slug(written.partition(",")[0])
    folders = [page_name(f"{part}.md")[0] for part in PurePosixPath(path).parts[:-1]]
    folders = [folder for folder in folders if folder.lower() not in {*SERVED, *Audience}]
    known = [slug for folder in reversed(folders) if (slug := _topic_slug(folder)) in TOPICS]
    return next(iter(known), slug_of(folders[-1]) if folders else "general")


def _topic_slug(words: str) -> str:
    slug = slug_of(words)
    return next(
        (topic.slug for topic in TOPICS.values() if slug in {slug_of(name) for name in topic.names.values()}), slug
    )


def _listed(written: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in re.split(r"[;|]|(?<=\?),", written) if part.strip())


def _with_free_slug(article: Article, taken: set[tuple[str, str]]) -> Article:
    slug, again = article.slug, 2
    while (article.language, slug) in taken:
        slug, again = f"{article.slug}-{again}", again + 1
    taken.add((article.language, slug))
    return replace(article, slug=slug)


def _link(pages: list[_Page], found: Mapping[str, bytes], problems: list[Problem]) -> Import:
    links = Links(
        pages={page.path: f"{page.article.slug}.md" for page in pages},
        by_id={page.notion_id: f"{page.article.slug}.md" for page in pages if page.notion_id},
        files={path: _file_name(path, data) for path, data in found.items() if _is_kind(path, data)},
    )
    articles: list[Article] = []
    used: dict[str, bytes] = {}
    for page in pages:
        result = relink(page.article.body_markdown, page.path, links)
        articles.append(replace(page.article, body_markdown=result.text))
        used.update({links.files[path]: found[path] for path in result.used_files})
        problems.extend(Problem(page.path, sentence) for sentence in result.problems)
    return Import(tuple(articles), used, tuple(problems))


def _is_kind(path: str, data: bytes) -> bool:
    suffix = PurePosixPath(path).suffix.lower().replace(".jpeg", ".jpg")
    if suffix == ".mp4":
        return data[4:8] == b"ftyp"
    return suffix in KINDS and data.startswith(KINDS[suffix])


def _file_name(path: str, data: bytes) -> str:
    """Name a file by its content, so that two called `Untitled.png` stay apart."""
    suffix = PurePosixPath(path).suffix.lower().replace(".jpeg", ".jpg")
    stem = slug_of(PurePosixPath(path).stem)[:40]
    return f"files/{stem}-{hashlib.sha256(data).hexdigest()[:12]}{suffix}"
