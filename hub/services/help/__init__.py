"""The help centres: articles, answers from them, what came of those, announcements."""
