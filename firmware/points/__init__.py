"""Points after they were earned: what may be spent of them, what for, and what reversals take back. Pure."""
