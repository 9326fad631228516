"""The crash harness: terminals, central and broker as processes, killed at any instant and between any two effects.

Whatever was killed is started again, as systemd would; in the end everything that a display showed is in that
terminal's journal and at central, once. It judges by the displays' pictures and by the databases, from outside.
"""
