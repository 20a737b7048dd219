"""The pages before any sign-in: doors, the public form, the survey."""
