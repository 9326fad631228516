"""What every example starts from, made once: an empty central, its rules, the keys of all parties."""

import shutil
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from msgspec.structs import replace

from central.founding import open_database
from central.ledger.keys import make_key
from central.ledger.rules import next_rules, set_rules
from central.settings import Mqtt, Settings
from central.store.engine import writing
from firmware.codes import CompanyProfile, MemberCode
from firmware.documents import RuleBook
from firmware.mqtt.signing import Signer
from firmware.points.redeeming import Redeeming
from firmware.points.reversal import Overdrawn
from firmware.score.expiry import RollingDays
from firmware.score.rules import Rules, default_rules, encode_rules
from provisioning.ca import ThrowAway, load

__all__ = ["COMPANY", "MEMBERS", "START", "TERMINALS", "Templates", "rules_of_the_model"]

COMPANY = "12345"
TERMINALS = ("t-1", "t-2", "t-3")
MEMBERS = tuple(str(MemberCode.of(COMPANY, f"{number:07d}")) for number in (100, 200))
START = 1_790_000_000
"""When a programme of the model begins."""


def rules_of_the_model() -> Rules:
    """A point for each yen, worth a yen, gone after a month; what is spent already makes a debt."""
    rules = default_rules()
    points = replace(rules.points, rate=1, per=1, expiry=RollingDays(30))
    return replace(rules, points=points, redeeming=Redeeming(points=1, worth=1), overdrawn=Overdrawn.NEGATIVE)


class Templates:
    """Files to copy and keys to sign with: making them takes longer than an example."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.authority = ThrowAway(folder / "keys", datetime.fromtimestamp(START, UTC))
        self.signers = {name: self._signer(name) for name in TERMINALS}
        self._database = folder / "central.sqlite"
        engine = open_database(self._database, START)
        with writing(engine) as connection:
            in_force = next_rules(connection, rules_of_the_model())
            set_rules(connection, in_force, START)
            for member in MEMBERS:
                make_key(connection, int(member), START)
        engine.dispose()
        with closing(sqlite3.connect(self._database)) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        RuleBook(folder / "documents.json").replace(in_force.rules.version, encode_rules(in_force.rules))

    def found_central(self, folder: Path) -> Settings:
        """The settings of a central whose database is in that folder."""
        central = self.authority.central
        return Settings(
            database=Path(shutil.copy(self._database, folder / "central.sqlite")),
            signing_key=self.authority.signing.key,
            terminal_ca=self.authority.root,
            mqtt=Mqtt("127.0.0.1", self.authority.root, central.certificate, central.key),
            company=[CompanyProfile(COMPANY)],
        )

    def found_terminal(self, folder: Path) -> Path:
        """A terminal's folder: it has heard the rules, and nothing else."""
        folder.mkdir()
        shutil.copy(self.folder / "documents.json", folder)
        return folder

    def _signer(self, name: str) -> Signer:
        identity = load(self.authority.terminal(name))
        return Signer(identity.key, identity.chain_der)
