"""Email: mailboxes in, a sending server out."""
