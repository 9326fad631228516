"""What is recorded: each module is run as a process, `python -m MODULE STAGE FAULT …`, and marks what it tells."""
