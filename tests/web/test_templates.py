"""Every template is rendered with StrictUndefined, and what it gives is fit for people and for the content policy."""

from __future__ import annotations

import gzip
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.web.previews import Previews, previews
from tools.preview import WEB, environment, fragments, pages

__all__ = ["previews"]

TEMPLATES = WEB / "templates"
STATIC = WEB / "static"
AXE = {
    "resultTypes": ["violations"],
    "preload": False,
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    # Advice, not WCAG: on a phone the inbox shows its list alone, and its subject and main region with a ticket.
    "rules": {"landmark-one-main": {"enabled": False}, "page-has-heading-one": {"enabled": False}},
}


class Markup(HTMLParser):
    """Collects what the rules below are about."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.inline: list[str] = []
        self.outside: list[str] = []
        self.headings = 0
        self.forms: list[list[str]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        facts = {name: value or "" for name, value in attrs}
        if "id" in facts:
            self.ids.append(facts["id"])
        self.inline += [f"<{tag} {name}>" for name in facts if name == "style" or name.startswith("on")]
        if tag == "style" or (tag == "script" and not facts.get("src")):
            self.inline.append(f"<{tag}>")
        loads = [facts.get("src", "")] + ([facts.get("href", "")] if tag == "link" else [])
        self.outside += [address for address in loads if address.startswith(("http:", "https:", "//"))]
        self.headings += tag == "h1"
        if tag == "form" and facts.get("method") == "post":
            self.forms.append([])
        if tag == "input" and self.forms and facts.get("name"):
            self.forms[-1].append(facts["name"])


def rendered(name: str) -> str:
    template, given = pages()[name]
    return environment().get_template(template).render(given)


def compressed(*files: Path) -> int:
    return sum(len(gzip.compress(file.read_bytes(), 9)) for file in files)


def style_sheets(entry: str) -> list[Path]:
    """Return a style sheet with all it imports."""
    sheet = STATIC / "css" / entry
    imported = re.findall(r'@import url\("([^"]+)"\)', sheet.read_text(encoding="utf-8"))
    return [sheet, *((sheet.parent / name).resolve() for name in imported)]


def test_every_page_template_has_a_sample() -> None:
    wanted = {path.relative_to(TEMPLATES).as_posix() for path in TEMPLATES.rglob("*.html") if path.name[0] != "_"}
    own = {name for name in wanted if not name.startswith(("_parts/", "_layouts/", "email/"))}

    shown = {template for template, _ in pages().values()}

    assert own - shown == set()


@pytest.mark.parametrize("name", pages())
def test_page_obeys_the_content_policy_and_has_one_heading(name: str) -> None:
    template, _ = pages()[name]

    found = Markup(rendered(name))

    assert found.inline == []
    assert found.outside == []
    assert len(found.ids) == len(set(found.ids))
    assert found.headings == (0 if "/_" in template else 1)
    assert all("csrf_token" in fields for fields in found.forms)


@pytest.mark.parametrize("name", fragments())
def test_fragment_stands_alone(name: str) -> None:
    html = environment().get_template(name).render(fragments()[name])

    found = Markup(html)

    assert found.inline == []
    assert html.strip() != ""


def test_fragment_with_nothing_given_is_refused() -> None:
    with pytest.raises(Exception, match="'page' is undefined"):
        environment().get_template("inbox/_list.html").render()


@pytest.mark.browser
def test_pages_have_no_accessibility_violation_on_a_dark_phone(previews: Previews) -> None:
    """Journeys look at the pages as they are at a desk; here is every state that a page can be in."""
    names = [name for name, (template, _) in pages().items() if "/_" not in template]
    page = previews.open(names[0], color_scheme="dark", viewport={"width": 390, "height": 844})
    found: dict[str, str] = {}

    for name in names:
        page.goto(f"{previews.address}/{name}.html")
        results = Axe().run(page, options=AXE)
        if results.violations_count:
            found[name] = results.generate_report()
        if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
            found[f"{name}, its width"] = "it scrolls sideways"

    page.context.close()
    assert found == {}


def test_staff_pages_load_at_most_72_kilobytes() -> None:
    vendored = [STATIC / "vendor" / name for name in ("htmx.min.js", "idiomorph-ext.min.js", "icons.svg")]
    outside = {"portal.js", "help.js", "sandbox.js"}
    scripts = [file for file in (STATIC / "js").glob("*.js") if file.name not in outside]

    size = compressed(*style_sheets("hub.css"), *vendored, *scripts)

    assert size <= 72 * 1024


def test_pages_for_people_outside_load_at_most_30_kilobytes() -> None:
    scripts = [STATIC / "js" / name for name in ("portal.js", "words.js")]

    sizes = [
        compressed(*style_sheets("portal.css"), *scripts),
        compressed(*style_sheets("kb.css"), STATIC / "js" / "help.js"),
    ]

    assert max(sizes) <= 30_000
