"""Writes a zip as Notion's export 'Markdown & CSV, include subpages' lays it out: ids in names, nested folders, CSVs.

As Notion's help page "Export your content" says (https://www.notion.com/help/export-your-content, "Markdown & CSV"):
a zip whose folders follow the pages, a Markdown file a page, a CSV file a database with a Markdown file for each of its
rows, files and pictures beside the page that shows them; large exports are zips within a zip.

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


KEYS = "Keys (lost)"
KEYS_FILE = f"Keys lost {page_id(KEYS)}.md"


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
        _write_database(archive, home)
        links.append(f"[{KEYS}]({quote(f'{home}/{KEYS_FILE}')})")
        archive.writestr(f"{named(home)}.md", f"# {home}\n\n" + "\n\n".join(links) + "\n")
    return path


def _write_database(archive: zipfile.ZipFile, home: str) -> None:
    """Write a database: its table twice, as a view and whole, and a page a row, one with a page and a picture below it."""
    table = f"{home}/Articles {page_id('Articles')}"
    rows = "\ufeffName,Tags\nKeys (lost),Keys\n"
    archive.writestr(f"{table}.csv", rows)
    archive.writestr(f"{table}_all.csv", rows)
    below, folder = "Who pays", "Articles/Keys lost"
    archive.writestr(
        f"{home}/{KEYS_FILE}",
        f"# {KEYS}\n\nTags: Keys\n\n[{below}]({quote(f'{folder}/{named(below)}.md')})\n\n"
        f"![fob]({quote(f'{folder}/{below}/Untitled.png')})\n",
    )
    # A file's name loses the brackets that its title and links to it keep: only the id leads back.
    back = quote(f"../../{KEYS} {page_id(KEYS)}.md")
    archive.writestr(
        f"{home}/{folder}/{named(below)}.md",
        f"# {below}\n\nBack to [{KEYS}]({back}).\n\n![Untitled]({quote(f'{below}/Untitled.png')})\n",
    )
    archive.writestr(f"{home}/{folder}/{below}/Untitled.png", PNG)


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
