"""The face for the queue: a job is a transaction, a service, done."""
