"""Programs for those who work on the code; none is needed to run the product."""
