"""Rate limits: by machine unless a view names another key; counted in Redis, in memory while it is away."""

from __future__ import annotations

from flask import Flask, request
from flask_limiter import Limiter

limiter = Limiter(key_func=lambda: request.remote_addr or "", default_limits=[], strategy="fixed-window")


def install_limits(app: Flask, redis_url: str) -> None:
    """Count in Redis where there is one; a limit that cannot be counted never stops a page."""
    app.config.update(
        RATELIMIT_STORAGE_URI=redis_url.replace("unix://", "redis+unix://", 1) or "memory://",
        RATELIMIT_STORAGE_OPTIONS={"socket_timeout": 0.5, "socket_connect_timeout": 0.5} if redis_url else {},
        RATELIMIT_IN_MEMORY_FALLBACK_ENABLED=True,
        RATELIMIT_SWALLOW_ERRORS=True,
        RATELIMIT_HEADERS_ENABLED=False,
    )
    limiter.init_app(app)
