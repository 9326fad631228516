"""Power cuts, proved: what a program did to its disk is recorded, and cut off wherever it could be cut off.

`shim.c` records; `disk` knows which states a cut may leave, `choosing` picks some of them; each trial in `trials` says
what must hold in all of them; `harness` brings them together.
"""
