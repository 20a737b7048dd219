"""The demo: three invented companies with people, homes, articles and tickets, put in and taken out as a whole."""

from hub.demo.loading import load_demo
from hub.demo.removal import remove_demo

__all__ = ["load_demo", "remove_demo"]
