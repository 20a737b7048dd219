"""What gunicorn serves."""

from __future__ import annotations

import os

from hub.app import create_app, desk_of
from hub.logs import set_up_logging
from hub.memory import stay_below
from hub.processes import give_memory_back

set_up_logging(os.environ)
give_memory_back()
app = create_app()
stay_below(desk_of(app).settings.memory)
