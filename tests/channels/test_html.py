"""Untrusted HTML: nothing runs, nothing loads, nothing hides, and it takes no time (reliability.md 4 C)."""

from __future__ import annotations

import re
import time
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.html import html_to_text, plain_text, safe_html, text_to_html

SCRIPTS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    "<body onload=alert(1)>",
    "<details open ontoggle=alert(1)>x</details>",
    "<video><source onerror=alert(1)></video>",
    "<a href='javascript:alert(1)'>x</a>",
    "<a href='java\tscript:alert(1)'>x</a>",
    "<a href='&#1;javascript:alert(1)'>x</a>",
    "<a href='data:text/html,<script>alert(1)</script>'>x</a>",
    "<a href='vbscript:alert(1)'>x</a>",
    "<a href='blob:x'>x</a>",
    '<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=alert(1)&gt;">',
    '<noscript><p title="</noscript><img src=x onerror=alert(1)>">',
    "<scr<script>ipt>alert(1)</script>",
    "<base href='https://evil.example.net/'>",
    "<meta http-equiv=refresh content='0;url=https://evil.example.net'>",
    "<link rel=stylesheet href=https://evil.example.net/x.css>",
    "<form action=https://evil.example.net><input type=image src=x><button formaction=javascript:alert(1)>x</button></form>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<object data=https://evil.example.net></object><embed src=x><applet code=x></applet><portal src=x></portal>",
    "<style>@import 'https://evil.example.net/x.css'; p{background:url(https://evil.example.net/x)}</style>",
    "<svg><use href='https://evil.example.net/x.svg#a'/><image href=x /><feImage href=x /></svg>",
    "<svg><animate attributeName=href values=javascript:alert(1) /></svg>",
    "<p id=__proto__ name=forms class=csrf_token>x</p>",
    "<div style='position:fixed;z-index:9;background:url(https://evil.example.net/x);width:expression(alert(1))'>x</div>",
    "<![CDATA[<script>alert(1)</script>]]>",
    "<!--[if gte mso 9]><script>alert(1)</script><![endif]-->",
    "<!-- <script>alert(1)</script>",
    "<template><script>alert(1)</script></template>",
    "<xmp><script>alert(1)</script></xmp>",
    "<plaintext><script>alert(1)</script>",
    "\ufeff<?xml version='1.0' encoding='utf-16'?><p>x<script>alert(1)</script>",
    "\x1b(J<script>alert(1)</script>",
]
REMOTE = [
    "<img src=https://evil.example.net/p.gif>",
    "<img src=//evil.example.net/p.gif>",
    "<img srcset='https://evil.example.net/p.gif 2x'>",
    "<picture><source srcset=https://evil.example.net/p.gif><img></picture>",
    "<video poster=https://evil.example.net/p.gif></video>",
    "<table background=https://evil.example.net/p.gif><tr><td background=https://evil.example.net/p.gif>x</table>",
    "<img lowsrc=https://evil.example.net/p.gif dynsrc=https://evil.example.net/p.gif>",
    "<p style='background:url(https://evil.example.net/p.gif)'>x</p>",
    "<ul style='list-style:url(https://evil.example.net/p.gif)'><li>x</ul>",
    "<p style='content:image-set(\"https://evil.example.net/p.gif\" 1x);cursor:url(https://evil.example.net/p.gif)'>x</p>",
    "<audio src=https://evil.example.net/p.mp3></audio><track src=https://evil.example.net/p>",
    "<input type=image src=https://evil.example.net/p.gif>",
    "<img src='https://evil.example.net/&quot; onload=alert(1) '>",
]
LOADING = frozenset(
    {"src", "srcset", "poster", "background", "lowsrc", "dynsrc", "action", "formaction", "data", "style"}
)


class Reader(HTMLParser):
    """What a browser would see: tags with their attributes."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(source)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))


def assert_harmless(html: str) -> None:
    for tag, attributes in Reader(html).tags:
        assert tag not in (
            "script",
            "style",
            "iframe",
            "object",
            "embed",
            "form",
            "input",
            "base",
            "meta",
            "link",
            "svg",
        )
        for name, value in attributes.items():
            assert not name.startswith("on")
            assert name not in ("id", "class", "name")
            if name in LOADING:
                assert "//" not in (value or ""), (tag, name, value)
            if name == "href":
                assert re.match(r"https?://|mailto:[^?]*$", value or "")


@pytest.mark.parametrize("source", SCRIPTS + REMOTE)
def test_hostile_html_neither_runs_nor_loads(source: str) -> None:
    assert_harmless(safe_html(f"<p>before</p>{source}<p>after</p>").html)


@given(
    st.lists(
        st.sampled_from([*SCRIPTS, *REMOTE, "<p>", "</div>", "<table>", "text", "'", '"', "<", "-->"]), max_size=12
    )
)
def test_hostile_html_in_any_mixture_neither_runs_nor_loads(pieces: list[str]) -> None:
    assert_harmless(safe_html("".join(pieces)).html)


@given(st.text(alphabet="<>/='\"abimgsrc onhtp:&;!-\x00", max_size=200))
def test_any_text_becomes_harmless_html_and_text(source: str) -> None:
    assert_harmless(safe_html(source).html)
    html_to_text(source)
    plain_text(source)


def test_remote_images_stay_off_and_are_counted_until_asked_for() -> None:
    source = "<img src='https://track.example.net/a.gif?id=1' alt=logo><img src=//cdn.example.net/b.png>"

    off = safe_html(source)
    shown = safe_html(source, rewrite_remote=lambda url: f"/proxy?url={url}")

    assert off.remote_images == 2
    assert 'data-remote-src="https://track.example.net/a.gif?id=1"' in off.html
    assert " src=" not in off.html
    assert '<img src="/proxy?url=https://track.example.net/a.gif?id=1" alt="logo">' in shown.html


def test_inline_images_are_shown_from_where_the_hub_says() -> None:
    source = '<img src="cid:photo%40example.com"><img src="cid:../other">'

    kept = safe_html(source)
    shown = safe_html(source, rewrite_cid={"photo@example.com": "/files/1"}.get)

    assert 'src="cid:photo%40example.com"' in kept.html
    assert shown.html == '<img src="/files/1"><img>'


@pytest.mark.parametrize(
    ("href", "kept"),
    [
        ("https://example.org/a?b=c", "https://example.org/a?b=c"),
        ("//example.org/a", "https://example.org/a"),
        ("mailto:desk@example.org?bcc=x@example.net&body=hi", "mailto:desk@example.org"),
        ("/relative", None),
        ("tel:+12025550123", None),
        ("sms:+12025550123", None),
        ("https://example.org/" + "x" * 3_000, None),
    ],
)
def test_links_keep_only_targets_a_person_can_judge(href: str, kept: str | None) -> None:
    ((_, attributes),) = Reader(safe_html(f'<a href="{href}" target=_top>x</a>').html).tags

    assert attributes.get("href") == kept
    assert attributes["rel"] == "noopener noreferrer nofollow"
    assert "target" not in attributes


def test_what_a_sender_hides_is_shown_and_told() -> None:
    safe = safe_html('<p style="display:none">pay to this account</p><p style="color:#fff;font-size:0">x</p>')

    assert safe.hidden_text
    assert "none" not in safe.html
    assert "#fff" not in safe.html
    assert "pay to this account" in safe.html


def test_plain_emphasis_and_tables_survive() -> None:
    source = '<p style="font-weight:bold;color:red"><b>Rent</b></p><table><tr><td align="right" colspan="2">1,200</td></tr></table>'

    assert safe_html(source).html == (
        '<p style="font-weight:bold"><b>Rent</b></p><table><tbody><tr><td align="right" colspan="2">1,200</td></tr></tbody></table>'
    )


HUGE = {
    "nested": "<div>" * 100_000,
    "nested tables": "<table><tr><td>" * 30_000,
    "formatting": "<b><i>" * 20_000 + "x",
    "breaks": "<br>" * 1_000_000,
    "wide table": "<table><tr>" + "<td>x" * 10_000,
    "style": f'<p style="{"color:red;" * 50_000}">x</p>',
    "attributes": "<p " + " ".join(f"a{n}=1" for n in range(20_000)) + ">",
    "links": '<a href="https://example.org">x</a>' * 5_001,
    "comments": "<!-- " * 100_000,
    "open tags": "<" * 1_000_000,
    "scripts": "<script " * 150_000,
    "mixture": "<a<script><!--" * 100_000,
}


@pytest.mark.parametrize("name", HUGE)
def test_huge_html_is_made_safe_and_text_in_bounded_time(name: str) -> None:
    began = time.thread_time()

    safe = safe_html(HUGE[name])
    text = html_to_text(HUGE[name])

    assert time.thread_time() - began < 4
    assert isinstance(text, str)
    if safe.plain:
        assert safe.html.startswith('<div style="white-space:pre-wrap">')


def test_html_too_deep_for_a_parser_keeps_its_words() -> None:
    source = "<div>" * 5_000 + "the tap drips" + "</div>" * 5_000

    assert "the tap drips" in safe_html(source).html
    assert "the tap drips" in html_to_text(source)


def test_html_nested_as_deep_as_long_threads_are_keeps_its_words() -> None:
    source = "<blockquote><div>" * 300 + "the tap drips" + "</div></blockquote>" * 300

    assert "the tap drips" in html_to_text(source)
    assert not safe_html(source).plain


def test_text_has_lines_but_no_style_or_script() -> None:
    source = "<head><title>T</title><style>p{color:red}</style></head><p>Hello</p><p>the&nbsp;tap<br>drips</p><script>x()</script>"

    assert html_to_text(source).replace("\xa0", " ") == "Hello\n\nthe tap\ndrips"
    assert plain_text(source).replace("\xa0", " ") == "Hello\n\nthe tap\ndrips"


def test_plain_text_becomes_html_with_links_and_nothing_else() -> None:
    html = text_to_html('See https://example.org/a?b=c&d. <http://x" onmouseover=alert(1)>\njavascript&colon;x')

    assert html.startswith('See <a href="https://example.org/a?b=c&amp;d" rel="noopener noreferrer nofollow">')
    assert_harmless(html)
    assert "<br>\njavascript&amp;colon;x" in html
