"""Migrations: numbered, one idea each, expand before contract."""
