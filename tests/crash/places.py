"""The folder of a run, and its throw-away certificate authority, which an interrupted run finds there again."""

from datetime import UTC, datetime
from pathlib import Path

from central.documents.coupons import put_coupons
from central.founding import open_database
from central.ledger.keys import key_of, make_key
from central.ledger.rules import next_rules, set_rules
from central.store.engine import reading, writing
from firmware.documents import RuleBook
from firmware.score.rules import encode_rules
from provisioning.ca import CENTRAL, Stored, ThrowAway
from tests.crash.eyes import SIZE
from tests.crash.programme import COMPANY, COUPON, MEMBERS, TERMINALS, rules

__all__ = ["Authority", "Site", "founded"]

CENTRAL_SETTINGS = f"""
database = "central.sqlite"
signing_key = "{{ca}}/central-signing.key"
terminal_ca = "{{ca}}/root.crt"
company = [{{{{ company = "{COMPANY}" }}}}]
[mqtt]
host = "{{host}}"
port = {{port}}
ca = "{{ca}}/root.crt"
certificate = "{{ca}}/{CENTRAL}.crt"
key = "{{ca}}/{CENTRAL}.key"
[http]
port = 0
"""
TERMINAL_SETTINGS = f"""
id = "{{name}}"
shop = "shop-{{name}}"
companies = [{{{{ company = "{COMPANY}" }}}}]
data = "terminal"
[counter]
notice_timeout = 1.0
[central]
host = "{{host}}"
port = {{port}}
ca = "{{ca}}/root.crt"
certificate = "{{ca}}/terminals/{{name}}.crt"
key = "{{ca}}/terminals/{{name}}.key"
signing_certificate = "{{ca}}/central-signing.crt"
[devices]
camera = "dir:camera?fps=20"
display = "png:screens?keep&size={SIZE[0]}x{SIZE[1]}"
keys = ["fifo:keypad"]
"""


class Authority(ThrowAway):
    """What the broker needs of an authority whose files are in a folder already."""

    def __init__(self, folder: Path) -> None:  # not super's: that one issues everything anew
        self.folder = folder
        self.root = folder / "root.crt"
        self.broker = Stored(folder / "broker.crt", folder / "broker.key")


class Site:
    """Where everything of a run is."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.ca = folder / "ca"
        self.central = folder / "central"
        self.database = self.central / "central.sqlite"
        self.state = folder / "state.json"

    def shop(self, terminal: str) -> Path:
        """A terminal's folder."""
        return self.folder / terminal

    def write_settings(self, host: str, port: int) -> None:
        """Tell central and the terminals where the broker is."""
        wire = {"ca": self.ca, "host": host, "port": port}
        (self.central / "central.toml").write_text(CENTRAL_SETTINGS.format(**wire))
        for name in TERMINALS:
            (self.shop(name) / "terminal.toml").write_text(TERMINAL_SETTINGS.format(name=name, **wire))

    def keys(self) -> dict[str, bytes]:
        """The members' keys, as their phones have them."""
        engine = open_database(self.database, 0)
        with reading(engine) as connection:
            found = {str(code): key_of(connection, int(str(code))) for code in MEMBERS}
        engine.dispose()
        return {code: key for code, key in found.items() if key is not None}


def founded(folder: Path) -> Site:
    """A new programme: keys for everybody, central's database with its rules, which the terminals have heard."""
    site = Site(folder.absolute())
    now = datetime.now(UTC)
    authority = ThrowAway(site.ca, now)
    site.central.mkdir()
    engine = open_database(site.database, int(now.timestamp()))
    with writing(engine) as connection:
        in_force = next_rules(connection, rules())
        set_rules(connection, in_force, int(now.timestamp()))
        for code in MEMBERS:
            make_key(connection, int(str(code)), int(now.timestamp()))
        put_coupons(connection, [COUPON], int(now.timestamp()))
    engine.dispose()
    for name in TERMINALS:
        authority.terminal(name)
        shop = site.shop(name)
        for part in ("camera", "screens", "logs", "terminal"):
            (shop / part).mkdir(parents=True)
        book = RuleBook(shop / "terminal" / "documents.json")
        book.replace(in_force.rules.version, encode_rules(in_force.rules))
    return site
