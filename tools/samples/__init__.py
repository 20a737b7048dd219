"""Invented pages for the preview and the template tests: one module a face, each with `PAGES`, by file name."""
