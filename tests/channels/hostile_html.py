"""HTML as attackers write it, and what a browser would make of it."""

from __future__ import annotations

import re
from html.parser import HTMLParser

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
    """See that nothing in some HTML runs, loads, or hides behind a name."""
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
