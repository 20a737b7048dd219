"""Who works here: accounts, ways in, rights, and what each may see."""
