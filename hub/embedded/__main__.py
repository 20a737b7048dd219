"""What `python -m hub.embedded` runs: the keeper. People use `hub.embedded.EmbeddedServers` instead."""

from __future__ import annotations

import argparse
import os
import socket
from pathlib import Path

from hub.embedded.identity import RunAs
from hub.embedded.keeper import Keeper
from hub.embedded.places import Places


def main() -> None:
    """Keep the servers of a folder for the one who holds the other end of a connection."""
    parser = argparse.ArgumentParser(prog="python -m hub.embedded", description=main.__doc__)
    parser.add_argument("home", type=Path)
    parser.add_argument("lease", type=int, help="number of an open file: one end of a socket pair")
    parser.add_argument("--fleeting", action="store_true", help="do not care for power cuts: quicker, for tests")
    parser.add_argument("--run-as", type=RunAs, help="force a way instead of the best one possible")
    told = parser.parse_args()
    os.umask(0o077)
    os.set_inheritable(told.lease, False)
    with socket.socket(fileno=told.lease) as lease:
        Keeper(Places(told.home), durable=not told.fleeting, run_as=told.run_as).run(lease)


if __name__ == "__main__":
    main()
