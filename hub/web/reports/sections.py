"""The sections of the metrics, as links."""

from __future__ import annotations

from hub.web.language import _
from hub.web.viewmodels.parts import Link


def section_links(current: str) -> tuple[Link, ...]:
    """Return the sections of the metrics, the current one marked."""
    names = {
        "": _("Overview"),
        "response": _("Answers"),
        "promises": _("Promises"),
        "volume": _("Volume"),
        "backlog": _("Backlog"),
        "nps": _("NPS"),
        "agents": _("People"),
        "how": _("How it is counted"),
    }
    return tuple(
        Link(label=label, url=f"/metrics/{name}".rstrip("/"), current=name == current) for name, label in names.items()
    )
