"""Trading days as scripts that a shop manager can read, played over a whole programme in one thread."""
