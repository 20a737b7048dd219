"""Operations: the board and its tasks."""
