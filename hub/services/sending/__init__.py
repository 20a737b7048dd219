"""Everything that leaves: written, addressed, kept within budgets, handed over, reported back."""
