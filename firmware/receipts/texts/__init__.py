"""The catalogues of receipts: one TOML file a language, the same keys in each."""

import tomllib
from importlib.resources import files

from firmware.flow.texts import LANGUAGES, Texts

__all__ = ["receipt_texts"]


def receipt_texts(language: str) -> Texts:
    """Read the catalogue that ships for a language; raises ValueError for one that does not ship."""
    if language not in LANGUAGES:
        raise ValueError(f"no texts in {language!r}; there are {', '.join(LANGUAGES)}")
    catalogue = files(__package__).joinpath(f"{language}.toml").read_text(encoding="utf-8")
    return Texts(language, tomllib.loads(catalogue))
