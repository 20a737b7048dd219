"""The writers' side of the help centres: articles, notices, and what to write next."""
