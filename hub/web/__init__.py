"""The faces of the hub: pages and API for people and programs."""
