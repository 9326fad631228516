"""A test double of an ESC/POS printer, and the lines that lead to it."""
