"""What gunicorn serves."""

from __future__ import annotations

import os

from hub.app import create_app, desk_of
from hub.logs import set_up_logging
from hub.memory import stay_below
from hub.processes import give_memory_back, spare_what_is_loaded
from hub.web.patience import Patience

set_up_logging(os.environ)
give_memory_back()
app = create_app()
app.wsgi_app = Patience(app.wsgi_app)  # type: ignore[method-assign]  # the way Flask documents it
stay_below(desk_of(app).settings.memory)
spare_what_is_loaded()
