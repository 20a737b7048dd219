"""Work: tasks and what is said about them, the board, orders to craftsmen, tasks of other programs."""
