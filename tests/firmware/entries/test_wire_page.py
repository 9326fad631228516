"""The wire's page names every act, every field of it and every word that a field may say."""

from enum import Enum
from pathlib import Path
from typing import get_args

import msgspec
import pytest
from msgspec import Struct

from firmware.entries import (
    Act,
    GatePassed,
    GivenLot,
    HeldCertificate,
    HeldCoupon,
    Identified,
    Line,
    LotPart,
    Purpose,
    ReturnCause,
    Scope,
    Start,
    TakenBack,
    TicketSeen,
)

PAGE = (Path(__file__).parents[3] / "docs" / "spec" / "wire.md").read_text("utf-8")
ENTRIES = PAGE.partition("\n## Entries\n")[2].partition("\n## ")[0]
ACTS = get_args(Act)
PARTS = [GivenLot, LotPart, Line, TakenBack, TicketSeen]


@pytest.mark.parametrize("act", ACTS)
def test_every_act_has_a_row_with_its_fields(act: type[Struct]) -> None:
    (row,) = [line for line in ENTRIES.splitlines() if line.startswith(f"| `{act.__struct_config__.tag}` |")]
    for field in msgspec.structs.fields(act):
        assert f"`{field.encode_name}`" in row
        assert field.required or f"`{field.encode_name}`?" in row


@pytest.mark.parametrize("part", PARTS)
def test_every_field_of_what_acts_are_made_of_stands_on_the_page(part: type[Struct]) -> None:
    for field in msgspec.structs.fields(part):
        assert f"`{field.encode_name}`" in ENTRIES


@pytest.mark.parametrize("part", [HeldCoupon, HeldCertificate])
def test_what_a_right_holds_stands_with_the_grant(part: type[Struct]) -> None:
    grant = PAGE.partition("\n## Right-grant\n")[2].partition("\n## ")[0]
    for field in msgspec.structs.fields(part):
        assert f"`{field.encode_name}`" in grant


@pytest.mark.parametrize("words", [Identified, Scope, Start, Purpose, ReturnCause, GatePassed])
def test_every_word_that_a_field_may_say_stands_on_the_page(words: type[Enum]) -> None:
    for word in words:
        assert f"`{word.value}`" in ENTRIES
