"""Render every template with invented people, and take pictures of the pages.

Run `python -m tools.preview FOLDER` for the pages alone, with `--pictures` for screenshots in four flavours (wide and
phone, light and dark), with `--only WORD` for the pages whose name contains it.
"""

from __future__ import annotations

import argparse
import functools
import http
import http.server
import importlib
import os
import pkgutil
import shutil
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from playwright.sync_api import Browser, sync_playwright

from tools import samples

WEB = Path(__file__).resolve().parent.parent / "hub" / "web"
POLICY = "default-src 'self'; img-src 'self' blob: data:; object-src 'none'; base-uri 'self'; form-action 'self'"
WIDTHS = {"wide": (1440, 900), "phone": (375, 812)}
# The first is the same browser without what draws windows: it takes half the processor time.
BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

Page = tuple[str, Mapping[str, Any]]


def environment() -> Environment:
    """Return Jinja as the hub sets it up, with the words as they stand in the templates."""
    jinja = Environment(
        loader=FileSystemLoader(WEB / "templates"),
        undefined=StrictUndefined,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    jinja.install_null_translations(newstyle=True)  # type: ignore[attr-defined]
    jinja.globals["csrf_token"] = lambda: "preview"
    jinja.globals["url_for"] = lambda _endpoint, filename: f"/static/{filename}"
    return jinja


def sample_modules() -> Iterator[Any]:
    """Yield the sample modules that have pages."""
    for found in pkgutil.iter_modules(samples.__path__):
        module = importlib.import_module(f"{samples.__name__}.{found.name}")
        if hasattr(module, "PAGES"):
            yield module


def pages() -> dict[str, Page]:
    """Return every sample page: its name, its template and what the template is given."""
    return {name: page for module in sample_modules() for name, page in module.PAGES.items()}


def fragments() -> dict[str, Mapping[str, Any]]:
    """Return every template that also stands alone, with what it is given then."""
    return {name: given for module in sample_modules() for name, given in getattr(module, "FRAGMENTS", {}).items()}


def render(folder: Path, names: set[str] | None = None) -> list[str]:
    """Write the sample pages and the static files to a folder, as the hub would serve them; return the pages' names."""
    jinja = environment()
    shutil.copytree(WEB / "static", folder / "static", dirs_exist_ok=True)
    written = []
    for name, (template, given) in pages().items():
        if names is None or name in names:
            (folder / f"{name}.html").write_text(jinja.get_template(template).render(given), encoding="utf-8")
            written.append(name)
    return written


class Handler(http.server.SimpleHTTPRequestHandler):
    """Serves the folder under the hub's content policy, and takes whatever is sent without a word."""

    def end_headers(self) -> None:
        """Add the policy."""
        self.send_header("Content-Security-Policy", POLICY)
        super().end_headers()

    def do_POST(self) -> None:
        """Take a form or a draft."""
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.send_response(http.HTTPStatus.NO_CONTENT)
        self.end_headers()

    do_PUT = do_POST  # noqa: N815 - the base class names methods after verbs

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class calls it so
        """Say nothing."""


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """Serve a folder on loopback for a while; give its address."""
    handler = functools.partial(Handler, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


@contextmanager
def chromium() -> Iterator[Browser]:
    """Run Chromium without a window: the one that `CHROMIUM` names, or the first of `BROWSERS` that is installed."""
    with sync_playwright() as playwright:
        executable = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, BROWSERS)))
        browser = playwright.chromium.launch(executable_path=executable, args=CHROMIUM_FLAGS)
        try:
            yield browser
        finally:
            browser.close()


def take_pictures(folder: Path, names: list[str]) -> None:
    """Save `NAME-WIDTH-SCHEME.png` of each page beside it."""
    with served(folder) as address, chromium() as browser:
        for width, (x, y) in WIDTHS.items():
            for scheme in ("light", "dark"):
                view = {"width": x, "height": y}
                with browser.new_context(viewport=view, color_scheme=scheme) as context:  # type: ignore[arg-type]
                    page = context.new_page()
                    page.on("console", lambda message: print("console:", message.text))
                    for name in names:
                        page.goto(f"{address}/{name}.html")
                        page.screenshot(path=folder / f"{name}-{width}-{scheme}.png", full_page=width == "phone")


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--pictures", action="store_true")
    parser.add_argument("--only", default="")
    arguments = parser.parse_args()
    arguments.folder.mkdir(parents=True, exist_ok=True)
    names = render(arguments.folder, {name for name in pages() if arguments.only in name})
    print("\n".join(names))
    if arguments.pictures:
        take_pictures(arguments.folder, names)


if __name__ == "__main__":
    main()
