"""How long somebody counts as being at a ticket after their page last said so."""

from __future__ import annotations

from datetime import timedelta

BEAT = timedelta(seconds=10)
GONE_AFTER = 3 * BEAT
