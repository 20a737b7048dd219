"""What agents have before them: lists and views, the open ticket, drafts, colleagues, what they are told."""
