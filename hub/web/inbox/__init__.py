"""The agents' inbox in the browser."""
