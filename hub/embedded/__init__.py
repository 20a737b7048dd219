"""PostgreSQL and Valkey from two wheels, for a desk on one machine.

    with EmbeddedServers(Path(".hub")) as addresses:
        ...  # addresses.database_url, addresses.redis_url

Any number of processes may do so at once: the first starts the servers, the last to leave ends them. They run under a
keeper (`hub.embedded.keeper`) that also ends them when their holders are killed, and revives one that dies.
"""

from __future__ import annotations

from hub.embedded.errors import ServersFailed
from hub.embedded.identity import RunAs
from hub.embedded.lease import Addresses, EmbeddedServers, attach_or_start

__all__ = ["Addresses", "EmbeddedServers", "RunAs", "ServersFailed", "attach_or_start"]
