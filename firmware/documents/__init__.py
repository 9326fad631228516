"""Small documents a person can read on the SD card: rules, coupons, clerks; promotions and the twin later."""

from firmware.documents.atomic import AtomicStorage, DocumentsDamaged
from firmware.documents.paper import Paper
from firmware.documents.rulebook import RuleBook

__all__ = ["AtomicStorage", "DocumentsDamaged", "Paper", "RuleBook"]
