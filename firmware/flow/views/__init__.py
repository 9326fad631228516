"""The screen of each state, by what the clerk is doing."""
