"""Where a link or picture of an article leads, and whether we follow it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

from knowledgebase.article import slug_of

VIDEO_FILES = (".mp4", ".webm", ".m4v", ".mov", ".ogv")
CAPTIONS = (".vtt",)


@dataclass(frozen=True, slots=True)
class Target:
    """A place to go: `address` is empty where it is not followed, `embed` plays a video in a frame."""

    address: str = ""
    is_own: bool = False
    embed: str = ""

    @property
    def is_video(self) -> bool:
        """Tell whether it is a video: a file, or a page of a known video site."""
        return bool(self.embed) or self._path.endswith(VIDEO_FILES)

    @property
    def is_captions(self) -> bool:
        """Tell whether it is a file of captions on our own site."""
        return self.is_own and self._path.endswith(CAPTIONS)

    @property
    def _path(self) -> str:
        return urlsplit(self.address).path.lower()


NOWHERE = Target()


def read_target(address: str, resolve: Callable[[str], str | None]) -> Target:
    """Judge an address as an article has it: only web, mail and phone addresses and our own pages are followed."""
    address = address.strip()
    try:
        parts = urlsplit(address)
    except ValueError:
        return NOWHERE
    if not address or re.search(r"[\x00-\x20\\]", address):
        return NOWHERE
    if parts.scheme in {"http", "https"} and parts.netloc:
        return Target(address, embed=_embed(parts.netloc, parts.path, parts.query))
    if parts.scheme or parts.netloc or address.startswith("//"):
        return Target(address) if parts.scheme in {"mailto", "tel"} else NOWHERE
    return _own(address, resolve)


def _own(address: str, resolve: Callable[[str], str | None]) -> Target:
    if address.startswith("#"):
        return Target(f"#s-{slug_of(address[1:].removeprefix('s-'))}", is_own=True)
    found = address if address.startswith("/") else resolve(address)
    return Target(found, is_own=True) if found else NOWHERE


def _embed(host: str, path: str, query: str) -> str:
    """Give the address that plays a video of a known site in a frame, without its cookies where it offers that."""
    host = host.lower().removeprefix("www.").removeprefix("m.")
    name = ""
    if host == "youtube.com" and path == "/watch":
        name = parse_qs(query).get("v", [""])[0]
    elif host == "youtu.be":
        name = path.strip("/")
    elif host == "youtube.com" and path.startswith(("/embed/", "/shorts/")):
        name = path.split("/")[2]
    if re.fullmatch(r"[\w-]{6,20}", name):
        return f"https://www.youtube-nocookie.com/embed/{name}"
    number = re.fullmatch(r"/(?:video/)?(\d{5,12})", path)
    if host in {"vimeo.com", "player.vimeo.com"} and number:
        return f"https://player.vimeo.com/video/{number[1]}?dnt=1"
    return ""
