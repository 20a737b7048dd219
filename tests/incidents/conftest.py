"""The company that incidents happen to: an office as the services' own tests have it."""

from tests.services.conftest import office

__all__ = ["office"]
