"""The faces for people and programs: inbox, ops, portal, help, admin, reports, api, hooks. They do not know one another."""

from hub.web.register import register

__all__ = ["register"]
