"""What can be wrong with the price list on disk."""

from pathlib import Path

__all__ = ["PartUnexpected", "PricesDamaged", "PricesError", "PricesForeign", "PricesUnwritable"]


class PricesError(Exception):
    """Root of all errors about the price list on disk."""


class PricesUnwritable(PricesError):
    """The file cannot be opened or written: no room, no right, a disk that fails."""

    def __init__(self, path: Path, fault: str) -> None:
        super().__init__(
            f"{path}: the price list cannot be written ({fault}); the one before stays in force; check that the folder "
            "exists, may be written and has room"
        )
        self.path = path


class PricesDamaged(PricesError):
    """The file is not what was written; what it holds cannot be relied on."""

    def __init__(self, path: Path, fault: str) -> None:
        super().__init__(
            f"{path}: the price list is damaged ({fault}); it was not changed; set it aside "
            "(the terminal does so when it starts) and send the list again"
        )
        self.path = path


class PricesForeign(PricesError):
    """The file is another program's, or a newer release's."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            f"{path}: this is no price list of this release; it was not changed; name another folder or move it away"
        )
        self.path = path


class PartUnexpected(PricesError):
    """A part of a price list that is not the one due; `due` is version and part, None where part 1 of one is."""

    def __init__(self, version: int, part: int, due: tuple[int, int] | None) -> None:
        wanted = f"part {due[1]} of version {due[0]}" if due else "part 1 of a newer version"
        super().__init__(
            f"part {part} of price list {version} came where {wanted} is due; nothing was changed; ask for that one"
        )
        self.version = version
        self.part = part
        self.due = due
