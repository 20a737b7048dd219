"""What gunicorn serves."""

from __future__ import annotations

import os

from hub.app import create_app
from hub.logs import set_up_logging

set_up_logging(os.environ)
app = create_app()
