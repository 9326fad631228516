"""What is tried: for each operation its program, and what must hold wherever it is cut off."""
