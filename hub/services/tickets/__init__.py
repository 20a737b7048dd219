"""What tickets are and what is done with them: changed, merged, begun, told of, found."""
