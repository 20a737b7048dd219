"""Dangers: the safety text, the alarm, the ladder of who is on call, and who takes it."""
