"""What gunicorn serves."""

from __future__ import annotations

from hub.app import create_app

app = create_app()
