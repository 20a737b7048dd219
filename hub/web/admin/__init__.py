"""The settings of a company."""
