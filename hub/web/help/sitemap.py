"""What search engines are told: the help centres' addresses and nothing else."""

from __future__ import annotations

from xml.sax.saxutils import escape

from flask import Blueprint, Response, request

from hub.services.help import help_centre
from hub.services.settings.public_company import company_of_host
from hub.web.desk import current_desk
from hub.web.guards import anybody, guarded

maps = guarded(Blueprint("maps", __name__), anybody)
SPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"


@maps.get("/robots.txt")
def robots() -> Response:
    """Let the help centres be found, and nothing else."""
    lines = ("User-agent: *", "Allow: /help", "Disallow: /", f"Sitemap: {_base()}/sitemap.xml")
    return Response("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


@maps.get("/sitemap.xml")
def sitemap() -> Response:
    """List every article of this company that anybody may read (sitemaps.org, protocol 0.9)."""
    desk = current_desk()
    articles = help_centre.list_public(desk, company_of_host(desk, request.host).id)
    pages = [(f"/help/{each}", "") for each in sorted({article.audience for article in articles})]
    pages += [
        (help_centre.article_path(each), f"{each.updated_at:%Y-%m-%d}" if each.updated_at else "") for each in articles
    ]
    rows = (
        f"<url><loc>{escape(_base() + path)}</loc>{f'<lastmod>{day}</lastmod>' if day else ''}</url>"
        for path, day in pages
    )
    text = f'<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="{SPACE}">{"".join(rows)}</urlset>\n'
    return Response(text, content_type="application/xml; charset=utf-8")


def _base() -> str:
    """Return the address visitors know: the company's own host where it has one."""
    desk = current_desk()
    company = company_of_host(desk, request.host)
    scheme = desk.settings.base_url.partition("://")[0]
    return f"{scheme}://{company.host}" if company.host else desk.settings.base_url
