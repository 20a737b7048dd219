"""What gunicorn serves."""

from __future__ import annotations

import os

from hub.app import create_app
from hub.logs import set_up_logging
from hub.processes import give_memory_back

set_up_logging(os.environ)
give_memory_back()
app = create_app()
