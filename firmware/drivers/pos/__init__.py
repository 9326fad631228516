"""A POS: the shop's own till, beside which the terminal stands."""

from firmware.drivers.pos.desk import PosDesk
from firmware.drivers.pos.opening import PosPort, pos_opener, pos_port
from firmware.drivers.pos.protocol import Pos, PosDropped, PosLost

__all__ = ["Pos", "PosDesk", "PosDropped", "PosLost", "PosPort", "pos_opener", "pos_port"]
