"""Headers on every response, errors and fragments included."""

from __future__ import annotations

from collections.abc import Iterable

from flask import Flask, Response, request

POLICY = (
    "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; font-src 'self'; "
    "frame-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
FRAME_POLICY = (
    "default-src 'none'; img-src 'self' data:; style-src 'unsafe-inline'; frame-ancestors 'self'; "
    "sandbox allow-same-origin allow-popups allow-popups-to-escape-sandbox"
)
PLAYERS = ("https://www.youtube-nocookie.com", "https://player.vimeo.com")
FILE_POLICY = "default-src 'none'; sandbox"


def policy_with_videos(players: Iterable[str], films: Iterable[str]) -> str:
    """Return the policy of a page whose videos come, on a click, from known players' and from films' own hosts."""
    framed = " ".join(sorted(set(players) & set(PLAYERS)))
    filmed = " ".join(sorted(set(films)))
    policy = POLICY.replace("frame-src 'self'", f"frame-src 'self' {framed}".rstrip())
    return f"{policy}; media-src 'self' {filmed}".rstrip()


def install_headers(app: Flask) -> None:
    """Set the security headers of every answer; a view that needs a policy of its own has set it already.

    In the demo the sandbox shows the inbox in a frame of ours.
    """
    demo = app.extensions["desk"].settings.demo
    policy = POLICY.replace("frame-ancestors 'none'", "frame-ancestors 'self'") if demo else POLICY

    @app.after_request
    def add_headers(response: Response) -> Response:
        headers = response.headers
        headers.setdefault("Content-Security-Policy", policy)
        headers.setdefault("X-Content-Type-Options", "nosniff")
        headers.setdefault("Referrer-Policy", "same-origin")
        headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
        headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        headers.setdefault("Permissions-Policy", "camera=(self), microphone=(), geolocation=()")
        if not request.path.startswith("/static/"):
            headers.setdefault("Cache-Control", "no-store")
        if app.config["SESSION_COOKIE_SECURE"]:
            headers.setdefault("Strict-Transport-Security", "max-age=31536000")
        return response
