"""Writes a zip as Notion's export 'Markdown & CSV, include subpages' lays it out: ids in names, nested folders, CSVs.

The layout: `Title <id>.md` beside a folder `Title` (older exports: `Title <id>`) that holds the subpages and pictures;
links percent-encoded and relative; properties of a table's pages below the title; callouts as `<aside>`.
"""

from __future__ import annotations

import base64
import hashlib
import zipfile
from pathlib import Path
from urllib.parse import quote

PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


def page_id(title: str) -> str:
    return hashlib.md5(title.encode(), usedforsecurity=False).hexdigest()


def named(title: str) -> str:
    return f"{title} {page_id(title)}"


def write_notion_export(path: Path, *, sections: int, pages: int) -> Path:
    home = "Resident help (2026)"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        links = []
        for section in range(1, sections + 1):
            title = f"Heating & hot water {section}"
            # Every second folder carries the id, as older exports do.
            folder = f"{home}/{named(title) if section % 2 else title}"
            links.append(f"[{title}]({quote(f'{home}/{named(title)}.md')})")
            _write_section(archive, home, title, folder, section, pages)
        archive.writestr(f"{named(home)}.md", f"# {home}\n\n" + "\n\n".join(links) + "\n")
        archive.writestr(f"{home}/Articles {page_id('csv')}.csv", "\ufeffName,Tags\nPage,heating\n")
    return path


def _write_section(archive: zipfile.ZipFile, home: str, title: str, folder: str, section: int, pages: int) -> None:
    titles = [f"Page {page} of section {section}" for page in range(1, pages + 1)]
    inner = folder.rpartition("/")[2]
    listed = "\n".join(f"- [{one}]({quote(f'{inner}/{named(one)}.md')})" for one in titles)
    archive.writestr(f"{home}/{named(title)}.md", f"# {title}\n\n{listed}\n")
    for number, one in enumerate(titles, start=1):
        following = titles[number % pages]
        archive.writestr(
            f"{folder}/{named(one)}.md",
            f"# {one}\n\nTags: Heating\nCreated: March 3, 2026 9:00 AM\n"
            f"Phrasings: How does {number} work?; Why {number}?\n\n"
            f"<aside>\n💡 Read this first.\n\n</aside>\n\n"
            f"Next: [{following}]({quote(named(following))}.md). Up: [{title}]({quote(f'../{named(title)}')}.md).\n\n"
            f"![Untitled]({quote(f'{one}/Untitled {number}.png')})\n\n"
            f"Home: [start](https://www.notion.so/acme/Resident-help-2026-{page_id(home)}?pvs=21)\n",
        )
        archive.writestr(f"{folder}/{one}/Untitled {number}.png", PNG)
