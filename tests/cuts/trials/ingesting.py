"""Central takes a terminal's batches, and acknowledges them."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from tests.cuts.trials.office import Counter, Found, Recovered, found_again

__all__ = ["Ingesting", "batches_of"]

VISITS = 2
"""Three purchases by the member, of which one was taken back."""


def batches_of(stage: Path) -> Path:
    """A folder of what arrives, in the order of the names."""
    return stage / "batches"


class Ingesting:
    """A central that starts for the first time gets three batches, the first of them ahead of its predecessor."""

    name = "central: ingest"

    def command(self, stage: Path, fault: str) -> Sequence[str]:
        """See Trial."""
        return ("tests.cuts.programs.ingesting", str(stage), fault)

    def prepare(self, stage: Path) -> None:
        """See Trial."""
        self._counter = counter = Counter(stage)
        self._recovered = Recovered(lambda disk: found_again(disk, counter), Found)
        batches_of(stage).mkdir()
        for number, batch in enumerate(self._counter.batches):
            (batches_of(stage) / f"{number}").write_bytes(batch)

    def examined(self, disk: Path) -> Found:
        """See Trial."""
        return self._recovered.found(disk)

    def faults(self, facts: Found, said: Sequence[str]) -> Iterator[str]:
        """See Trial."""
        if facts.trouble:
            yield facts.trouble
            return
        wanted = self._counter.entries
        if not facts.hashes.items() <= wanted.items():
            yield f"recorded is what nobody sent: {', '.join(facts.hashes)}"
        heads = {mark.split(" ")[1]: mark.split(" ")[2] for mark in said}
        yield from (f"{entry} was acknowledged, and is lost" for entry in heads if entry not in facts.hashes)
        yield from (f"{entry} was acknowledged as another" for entry in heads if wanted.get(entry) != heads[entry])
        if (facts.again, facts.visits) != (wanted, VISITS):
            yield f"sent again: {len(facts.again)} of {len(wanted)} entries, {facts.visits} of {VISITS} visits"
        yield from facts.alarms
