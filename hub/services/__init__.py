"""Use cases: load, ask the domain, write; take the desk first and never commit."""
