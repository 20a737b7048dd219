"""Rewrite the links of an imported page so that they hold in the help centre, and report those that lead nowhere."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit

from knowledgebase.notion import page_id

_TARGET = r"<[^<>\n]*>|(?:[^\s()\\]|\\.|\((?:[^\s()\\]|\\.){0,200}\)){1,1000}"
# Lengths are bounded so that no text, however hostile, takes more than linear time.
_LINK = re.compile(
    r"(?P<picture>!?)\[(?P<words>(?:[^\[\]\\]|\\.|\[[^\[\]]*\]){0,400})\]"
    rf"\(\s*(?P<target>{_TARGET})(?P<title>\s+(?:\"[^\"]*\"|'[^']*'))?\s*\)"
)
_FENCE = re.compile(r"^(?:```|~~~).*?^(?:```|~~~)[ \t]*$|`[^`\n]+`", re.DOTALL | re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Links:
    """Where everything in an import goes, as written in an article: pages by path and by Notion id, files by path."""

    pages: Mapping[str, str]
    by_id: Mapping[str, str]
    files: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Relinked:
    """A page with its links made new, the paths of the files it shows, and a sentence for each broken link."""

    text: str
    used_files: frozenset[str]
    problems: tuple[str, ...]


def relink(text: str, path: str, links: Links) -> Relinked:
    """Rewrite the links of a page that stood at a path. A broken link leaves its words behind; code is left alone."""
    used: set[str] = set()
    problems: list[str] = []

    def rewrite(match: re.Match[str]) -> str:
        target = match["target"].strip("<>")
        address = _new_address(target, path, links, used)
        if address is None:
            kind = "shows the picture" if match["picture"] else "links to"
            problems.append(
                f"The page {kind} {unquote(target)!r}, which is not in the import: only its words were kept."
            )
            return match["words"]
        return f"{match['picture']}[{match['words']}]({address}{match['title'] or ''})"

    pieces: list[str] = []
    end = 0
    for code in _FENCE.finditer(text):
        pieces += [_LINK.sub(rewrite, text[end : code.start()]), code[0]]
        end = code.end()
    pieces.append(_LINK.sub(rewrite, text[end:]))
    return Relinked("".join(pieces), frozenset(used), tuple(problems))


def _new_address(target: str, path: str, links: Links, used: set[str]) -> str | None:
    """Give the address a link has from now on; None when it leads nowhere. Links to other sites stay as they are."""
    try:
        parts = urlsplit(target)
    except ValueError:
        return None
    if parts.scheme in {"http", "https"}:
        return links.by_id.get(page_id(target), target) if "notion." in parts.netloc else target
    if parts.scheme or not parts.path:
        return target
    place = _join(path, unquote(parts.path))
    fragment = f"#{parts.fragment}" if parts.fragment else ""
    if place in links.files:
        used.add(place)
        return links.files[place]
    page = links.pages.get(place) or links.pages.get(f"{place}.md") or links.by_id.get(page_id(place))
    return page + fragment if page else None


def _join(path: str, relative: str) -> str:
    """Resolve a relative path against that of the page; what would lead out of the import stays inside."""
    base = [] if relative.startswith("/") else list(PurePosixPath(path).parts[:-1])
    for part in PurePosixPath(relative.lstrip("/")).parts:
        if part == "..":
            base = base[:-1]
        elif part != ".":
            base.append(part)
    return "/".join(base)
