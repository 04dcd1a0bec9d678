"""Hand-written applications to compare with."""
