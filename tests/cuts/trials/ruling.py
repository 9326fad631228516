"""Rules that take the place of others: a TinyDB document in one file."""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from msgspec import Struct

from firmware.documents import DocumentsDamaged, RuleBook
from firmware.score.errors import RulesInvalid
from firmware.score.rules import default_rules, encode_rules

__all__ = ["VERSIONS", "Ruling", "document_of", "rules_of"]

VERSIONS = (3, 4)


def document_of(disk: Path) -> Path:
    """The terminal's documents."""
    return disk / "data" / "documents.json"


def rules_of(version: int) -> bytes:
    """The default rules with the version's number as the rate."""
    plain: dict[str, Any] = json.loads(encode_rules(default_rules()))
    plain["points"]["rate"] = version
    return json.dumps(plain).encode()


class RuleFacts(Struct, frozen=True):
    """What is in force; `trouble` where the file is none."""

    trouble: str = ""
    version: int = 0
    rate: int = 0


class Ruling:
    """The first rules that central sends, in a folder that was not there, and the next."""

    name = "documents"

    def command(self, stage: Path, fault: str) -> Sequence[str]:
        """See Trial."""
        return ("tests.cuts.programs.ruling", str(stage), fault)

    def prepare(self, stage: Path) -> None:
        """See Trial."""

    def examined(self, disk: Path) -> RuleFacts:
        """See Trial."""
        try:
            book = RuleBook(document_of(disk))
        except (DocumentsDamaged, RulesInvalid) as error:
            return RuleFacts(str(error))
        return RuleFacts("", book.version, book.rules.points.rate)

    def faults(self, facts: RuleFacts, said: Sequence[str]) -> Iterator[str]:
        """See Trial."""
        if facts.trouble:
            yield facts.trouble
            return
        if facts.version not in (0, *VERSIONS) or (facts.version and facts.rate != facts.version):
            yield f"version {facts.version} with a rate of {facts.rate}"
        told = max((int(mark.removeprefix("in force ")) for mark in said), default=0)
        if facts.version < told:
            yield f"version {told} was in force, {facts.version} is"
