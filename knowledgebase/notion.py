"""What is particular about pages exported from Notion: names with an id, properties below the title, callouts."""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from urllib.parse import urlsplit

_NAMED = re.compile(r"^(?P<title>.*?)[ -]?(?P<id>[0-9a-f]{32})$")
# Properties that a page of a Notion table carries below its title. Ours are kept, its own are dropped.
OURS = {
    "topic": "topic",
    "category": "topic",
    "tags": "topic",
    "language": "language",
    "audience": "audience",
    "summary": "summary",
    "phrasings": "phrasings",
    "questions": "phrasings",
}
ITS_OWN = frozenset(
    {
        "status",
        "created",
        "created time",
        "created by",
        "last edited time",
        "last edited by",
        "owner",
        "verification",
        "url",
    }
)


def page_name(path: str) -> tuple[str, str]:
    """Split a file's name into the title and the id of 32 letters that Notion adds; the id is empty for other files."""
    stem = PurePosixPath(path).stem
    match = _NAMED.match(stem)
    return (match["title"].strip(), match["id"]) if match else (stem, "")


def page_id(address: str) -> str:
    """Find the id of a page at the end of an address of Notion or of a path in an export; empty where there is none."""
    last = urlsplit(address).path.rstrip("/").rpartition("/")[2].removesuffix(".md")
    found = re.search(r"[0-9a-f]{32}$", last.lower()) or re.search(r"[0-9a-f]{32}$", last.replace("-", "").lower())
    return found[0] if found else ""


def read_page(text: str) -> tuple[dict[str, str], str]:
    """Take the properties off a page: those that we know by our names for them, and the text without them."""
    lines = text.replace("\r\n", "\n").split("\n")
    start = 1 if lines and lines[0].startswith("# ") else 0
    while start < len(lines) and not lines[start].strip():
        start += 1
    fields: dict[str, str] = {}
    end = start
    while end < len(lines) and (pair := re.fullmatch(r"([A-Z][\w ]{1,30}): (.*)", lines[end])):
        name = pair[1].lower()
        if name in OURS:
            fields.setdefault(OURS[name], pair[2].strip())
        elif name not in ITS_OWN:
            break
        end += 1
    head = lines[:1] if lines and lines[0].startswith("# ") else []
    return fields, _callouts_as_quotes("\n".join([*head, "", *lines[end:]]).strip("\n") + "\n")


def _callouts_as_quotes(text: str) -> str:
    """Turn `<aside>` blocks into quotes, and drop the few other tags an export contains."""

    def quote(match: re.Match[str]) -> str:
        inside = match[1].strip()
        return "\n" + "\n".join(f"> {line}".rstrip() for line in inside.split("\n")) + "\n"

    text = re.sub(r"<aside>(.*?)</aside>", quote, text, flags=re.DOTALL)
    text = re.sub(r"<summary>(.*?)</summary>", r"**\1**\n", text, flags=re.DOTALL)
    return re.sub(r"</?(?:details|br|u|span|div|figure|figcaption|mark)(?:\s[^<>]*)?/?>", "", text)
