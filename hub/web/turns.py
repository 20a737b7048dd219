"""Large bodies take turns: what comes in waits on disk, and one at a time is held in memory.

A form with 35 MB of photos is five times as much while it becomes an envelope; twenty at once would be the end of a process.
"""

from __future__ import annotations

import shutil
import tempfile
import threading
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from flask import request

SMALL = 1024 * 1024
TURN = threading.Lock()
Given = ParamSpec("Given")
Answer = TypeVar("Answer")


def in_turn(view: Callable[Given, Answer]) -> Callable[Given, Answer]:
    """Handle requests whose body is large one at a time; whoever sends slowly keeps nobody waiting.

    Raises 413 as ever for what is too large at all.
    """

    @wraps(view)
    def handled(*given: Given.args, **named: Given.kwargs) -> Answer:
        if 0 <= (request.content_length if request.content_length is not None else SMALL + 1) <= SMALL:
            return view(*given, **named)
        with tempfile.TemporaryFile() as kept:
            if request.mimetype == "multipart/form-data":
                _ = request.files  # reads the body, and keeps each file on disk
            else:
                shutil.copyfileobj(request.stream, kept)
                kept.seek(0)
                request.stream = kept
            with TURN:
                return view(*given, **named)

    return handled
