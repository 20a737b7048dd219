"""Finds every channel beside this file: a new channel is one file, and nothing here is edited for it."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache

import channels
from channels.channel import Channel

SUPPORT = frozenset(
    {"wire", "message", "channel", "registry", "address", "html", "sniff", "egress", "segments", "voice"}
)


@cache
def find_channels() -> dict[str, Channel]:
    """Return one instance of each channel by kind: every class beside this file that is defined there and fits `Channel`.

    Raises `ValueError` when two channels claim one kind.
    """
    found: dict[str, Channel] = {}
    for module_info in pkgutil.iter_modules(channels.__path__):
        if module_info.name in SUPPORT:
            continue
        module = importlib.import_module(f"channels.{module_info.name}")
        for value in vars(module).values():
            if isinstance(value, type) and value.__module__.startswith(module.__name__) and "kind" in vars(value):
                channel = value()
                if not isinstance(channel, Channel):
                    continue
                if channel.kind in found:
                    raise ValueError(f"Two channels are called {channel.kind!r}: rename one of them.")
                found[channel.kind] = channel
    return found
