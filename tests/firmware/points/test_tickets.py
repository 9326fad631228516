"""Tickets: once, once more as the policy allows, and a refusal that says when and where the first was."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firmware.entries import GatePassed, TicketSeen
from firmware.points.tickets import EventTerms, Passage, Reentry, Ticket, TicketUses, passed_on, passing

CONCERT = EventTerms("concert", 100, 200)
TICKET = Ticket("12345070015851", "concert")
WEST = TicketSeen("west", 110)
INSIDE, OUTSIDE = TicketUses(WEST), TicketUses(WEST, inside=False)


@pytest.mark.parametrize(
    ("ticket", "uses", "gate", "at", "refusal"),
    [
        (None, None, "west", 150, "ticket_unknown"),
        (Ticket(TICKET.ticket, "opera"), None, "west", 150, "ticket_other_event"),
        (TICKET, None, "west", 99, "ticket_early"),
        (TICKET, None, "west", 200, "ticket_late"),
        (Ticket(TICKET.ticket, "concert", "east"), None, "west", 150, "ticket_other_gate"),
        (TICKET, INSIDE, "east", 150, "ticket_used"),
        (TICKET, OUTSIDE, "west", 150, "ticket_used"),
    ],
)
def test_a_refused_ticket_says_why_and_where_it_was_used_first(
    ticket: Ticket | None, uses: TicketUses | None, gate: str, at: int, refusal: str
) -> None:
    first = uses.first if uses else None
    assert passing(CONCERT, ticket, uses, gate, at) == Passage(GatePassed.REFUSED, first, refusal)


@pytest.mark.parametrize("ticket", [TICKET, Ticket(TICKET.ticket, "concert", "west")])
@pytest.mark.parametrize("at", [100, 199])
def test_a_ticket_is_admitted_from_the_first_to_the_last_second(ticket: Ticket, at: int) -> None:
    assert passing(CONCERT, ticket, None, "west", at) == Passage(GatePassed.ADMITTED)


@pytest.mark.parametrize(
    ("reentry", "uses", "passed"),
    [
        (Reentry.NEVER, OUTSIDE, GatePassed.REFUSED),
        (Reentry.AFTER_LEAVING, INSIDE, GatePassed.REFUSED),
        (Reentry.AFTER_LEAVING, OUTSIDE, GatePassed.AGAIN),
        (Reentry.ALWAYS, INSIDE, GatePassed.AGAIN),
    ],
)
def test_a_ticket_comes_in_again_as_the_event_allows(reentry: Reentry, uses: TicketUses, passed: GatePassed) -> None:
    answer = passing(EventTerms("concert", 100, 200, reentry), TICKET, uses, "west", 150)
    assert (answer.passed, answer.first) == (passed, WEST)


def test_leaving_and_coming_back_keeps_the_first_use() -> None:
    uses = passed_on(None, GatePassed.ADMITTED, "west", 110)
    assert uses == INSIDE
    uses = passed_on(uses, GatePassed.OUT, "east", 150)
    assert uses == OUTSIDE
    assert passed_on(uses, GatePassed.AGAIN, "east", 160) == INSIDE


def test_a_refusal_and_a_way_out_without_a_way_in_change_nothing() -> None:
    assert passed_on(INSIDE, GatePassed.REFUSED, "east", 150) == INSIDE
    assert passed_on(None, GatePassed.REFUSED, "east", 150) is None
    assert passed_on(None, GatePassed.OUT, "east", 150) is None


@given(st.permutations([("west", 110), ("east", 110), ("north", 150)]))
def test_the_first_use_is_the_earliest_whatever_order_gates_tell_of_it(order: list[tuple[str, int]]) -> None:
    uses = None
    for gate, at in order:
        uses = passed_on(uses, GatePassed.ADMITTED, gate, at)
    assert uses is not None
    assert uses.first == TicketSeen("east", 110)


def test_an_event_that_closes_before_it_opens_is_refused() -> None:
    with pytest.raises(ValueError, match="later than `opens`"):
        EventTerms("concert", 200, 200)
