"""The public help centres."""
