"""Finds every channel beside this file: a new channel is one file, and nothing here is edited for it."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator
from functools import cache

import channels
from channels.channel import Channel

SUPPORT = frozenset(
    {
        "wire",
        "message",
        "channel",
        "registry",
        "address",
        "html",
        "sniff",
        "egress",
        "segments",
        "voice",
        "webhook",
        "child",
    }
)


@cache
def find_channels() -> dict[str, Channel]:
    """Return one instance of each channel by kind: every class beside this file that is defined there and fits `Channel`.

    Raises `ValueError` when two channels claim one kind.
    """
    found: dict[str, Channel] = {}
    for name in _names():
        for channel in _channels_in(name):
            if channel.kind in found:
                raise ValueError(f"Two channels are called {channel.kind!r}: rename one of them.")
            found[channel.kind] = channel
    return found


def find_channel(kind: str) -> Channel:
    """Return one channel, loading no other where its file is named after it; raises `KeyError`."""
    mine = _channels_in(kind) if kind in _names() else iter(())
    return next((each for each in mine if each.kind == kind), None) or find_channels()[kind]


def _names() -> list[str]:
    return [each.name for each in pkgutil.iter_modules(channels.__path__) if each.name not in SUPPORT]


def _channels_in(name: str) -> Iterator[Channel]:
    """Yield an instance of each channel that a file or folder defines."""
    module = importlib.import_module(f"channels.{name}")
    for value in vars(module).values():
        if isinstance(value, type) and value.__module__.startswith(module.__name__) and "kind" in vars(value):
            channel = value()
            if isinstance(channel, Channel):
                yield channel
