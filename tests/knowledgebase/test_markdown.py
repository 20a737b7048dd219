from __future__ import annotations

import re
import time
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledgebase.markdown import ATTRIBUTES, TAGS, render
from knowledgebase.plain import plain_text

HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "[a](javascript:alert(1))",
    "[a](JaVaScRiPt:alert(1))",
    "[a](java&#115;cript:alert(1))",
    "[a](vbscript:x)",
    "[a](data:text/html;base64,PHNjcmlwdD4=)",
    "![a](data:image/svg+xml;base64,PHN2Zz4=)",
    "![a](javascript:alert(1))",
    '[a](https://a.example/"onmouseover="alert(1))',
    '![a"onload="alert(1)](/x.png)',
    '[a](/x "t\\"onclick=\\"alert(1)")',
    "<svg/onload=alert(1)>",
    "<iframe src=//evil.example></iframe>",
    "<style>*{background:url(https://evil.example)}</style>",
    "[a]: javascript:alert(1)\n\n[a]",
    "<https://a.example/<script>alert(1)</script>>",
    '![x](https://youtu.be/"><script>alert(1)</script>)',
    "| <b onclick=x> |\n|---|\n| <i> |",
    "```html\n<script>alert(1)</script>\n```",
    "[a](//evil.example/x)",
    "[a](\\\\evil.example\\x)",
    "<!-- --><form action=https://evil.example><input name=password></form>",
    "# <img src=x onerror=alert(1)>",
    "[a](tel:1 onclick=alert(1))",
]


class Collector(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))


def elements(html: str) -> list[tuple[str, dict[str, str | None]]]:
    collector = Collector()
    collector.feed(html)
    return collector.elements


def assert_harmless(html: str) -> None:
    for tag, attributes in elements(html):
        assert tag in TAGS
        assert set(attributes) <= ATTRIBUTES.get(tag, set()) | {"rel"}
        for name in ("href", "src"):
            assert re.match(r"(?:https?:|mailto:|tel:|/(?!/)|#|files/|$)", attributes.get(name) or "")
        if tag == "img":
            assert (attributes["src"] or "").startswith("/")


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_markdown_becomes_harmless_html(text: str) -> None:
    page = render(text, resolve=lambda address: f"/files/{address}")

    assert_harmless(page.html)


@settings(deadline=None)  # a busy machine is no failure
@given(
    st.lists(
        st.sampled_from([*HOSTILE, "[", "](", ")", "![", "<", ">", "`", "|", "\n", "* ", "1. ", "&", '"', "\x00"]),
        max_size=12,
    )
)
def test_pieces_of_hostile_markdown_stay_harmless_together(pieces: list[str]) -> None:
    page = render("".join(pieces), resolve=lambda _: "/files/x")

    assert_harmless(page.html)


@pytest.mark.parametrize(
    "text",
    [
        "[" * 20_000,
        "![a](" * 10_000,
        "> " * 20_000 + "x",
        "*a " * 20_000,
        "_*" * 20_000,
        "<!--" * 20_000,
        "a\n" * 20_000,
    ],
    ids=["brackets", "pictures", "quotes", "stars", "emphasis", "comments", "lines"],
)
def test_a_text_made_to_be_slow_is_rendered_within_seconds(text: str) -> None:
    began = time.perf_counter()

    render(text)

    assert time.perf_counter() - began < 10


def test_a_text_that_is_too_long_is_refused_with_the_limit() -> None:
    with pytest.raises(ValueError, match="The text has 200,001 letters; an article may have 200,000"):
        render("a" * 200_001)


def test_headings_begin_at_level_two_and_can_be_linked() -> None:
    page = render("# What to do\n\n## Check first\n\n## Check first\n\n[up](#what-to-do)")

    assert [(heading.level, heading.id) for heading in page.headings] == [
        (2, "s-what-to-do"),
        (3, "s-check-first"),
        (3, "s-check-first-2"),
    ]
    assert 'href="#s-what-to-do"' in page.html


def test_pictures_of_our_own_are_shown_and_those_of_others_are_links() -> None:
    page = render("![the valve](valve.png) ![a cat](https://evil.example/cat.png)", resolve=lambda _: "/files/1")

    assert '<img src="/files/1" alt="the valve" loading="lazy">' in page.html
    assert page.html.count("<img") == 1
    assert '<a href="https://evil.example/cat.png" rel="noopener noreferrer">a cat</a>' in page.html


def test_a_video_loads_nothing_before_a_click() -> None:
    page = render(
        "![Bleeding a radiator, 1:10](https://youtu.be/abcdefgh123)\n\n[Keys](keys.mp4)",
        resolve=lambda _: "/files/keys.mp4",
    )

    videos = [attributes for tag, attributes in elements(page.html) if tag == "figure"]
    assert [video["data-kind"] for video in videos] == ["page", "file"]
    assert videos[0]["data-embed"] == "https://www.youtube-nocookie.com/embed/abcdefgh123"
    assert "Play the video: Bleeding a radiator, 1:10" in page.html
    assert not [tag for tag, _ in elements(page.html) if tag in {"img", "iframe", "video", "source", "link"}]


def test_a_video_may_bring_captions() -> None:
    page = render('![Keys](keys.mp4 "keys.vtt")', resolve=lambda address: f"/files/{address}", language="de")

    assert 'data-captions="/files/keys.vtt"' in page.html
    assert "Video abspielen: Keys" in page.html


def test_a_link_that_leads_nowhere_keeps_its_words() -> None:
    page = render("See [the **rules**](gone.md).")

    assert page.html == "<p>See the <strong>rules</strong>.</p>\n"


def test_tables_have_headers_with_a_scope_and_can_be_scrolled_by_key() -> None:
    page = render("| key | price |\n|---|--:|\n| flat | 25 |")

    assert '<div class="table" tabindex="0"><table>' in page.html
    assert '<th scope="col">key</th>' in page.html
    assert '<td class="right">25</td>' in page.html


def test_plain_text_keeps_the_words_and_drops_pictures_and_code() -> None:
    text = plain_text("Open *it*.\n\n## Steps\n\n1. Pull ![x](a.png) the [lever](b.md).\n2. Wait.\n\n```\ncode\n```\n")

    assert text == "Open it.\nSteps\nPull the lever.\nWait."
