"""What administrators keep: companies, their hours, queues, tags, promises, accounts and looks."""
