"""Residents, owners and craftsmen: who they are, where they live, what they do in the portal."""
