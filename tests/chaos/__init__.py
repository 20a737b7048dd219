"""Real servers and processes, killed by seed while messages flow; what came in is compared with what is there."""
