"""Start processes, show what they say, start them again when they die, and end them all together.

It knows nothing of the hub: it is given command lines. When it is killed itself, a warden ends them.
"""

from __future__ import annotations

from hub.supervisor.child import Process
from hub.supervisor.supervising import Supervisor

__all__ = ["Process", "Supervisor"]
