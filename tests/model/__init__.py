"""A whole programme in one thread: real journals, tills, ears and central, and a network that misbehaves."""
