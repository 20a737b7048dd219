"""What each message is about, and learning it: the classifier, its files, its judges, its corrections."""
