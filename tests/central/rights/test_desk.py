"""Rights that move: to whoever asks, once they are free, and never to two at a time."""

import pytest
from sqlalchemy.exc import OperationalError

from central.ledger.decisions import By
from central.ledger.joining import merge
from central.ledger.losing import declare_lost
from central.store.engine import writing
from firmware.codes import MemberCode
from firmware.entries import LotPart, Scope
from firmware.mqtt.messages import RightGrant, RightRecall, RightRefusal, RightStanding
from provisioning.ca import ThrowAway
from tests.central.records import BERT, HANA, Record, sale, signer_for
from tests.central.rights.tills import Street, Till


def points(parts: list[LotPart]) -> int:
    return sum(part.points for part in parts)


def two(street: Street) -> tuple[Till, Till]:
    """Two terminals; HANA has earned 68 points at the first."""
    one, other = street.till("t-1"), street.till("t-2")
    one.sell(HANA, 68)
    street.said.clear()
    return one, other


def test_who_asks_first_is_granted_all_that_is_free_under_its_question(street: Street) -> None:
    one, _ = two(street)
    name = one.put(HANA)
    (grant,) = street.work()
    assert isinstance(grant, RightGrant)
    assert (grant.to, grant.id, grant.member, points(grant.lots), grant.proved) == ("t-1", name, HANA, 68, False)
    assert grant.lots[0].lot == f"t-1/{one.record.life}/2/0"


def test_a_right_held_elsewhere_is_recalled_and_granted_once_it_is_back(street: Street) -> None:
    one, other = two(street)
    one.ask(HANA)
    first = one.take()
    (recall,) = other.ask(HANA)
    assert isinstance(recall, RightRecall)
    assert (recall.to, recall.right, recall.member) == ("t-1", first.right, HANA)
    (grant,) = one.give_back(first.lots)
    assert isinstance(grant, RightGrant)
    assert (grant.to, points(grant.lots)) == ("t-2", 68)
    assert grant.id is not None
    assert grant.right > first.right


def test_what_the_holder_has_spent_meanwhile_does_not_come_along(street: Street) -> None:
    one, other = two(street)
    one.ask(HANA)
    held = one.take()
    one.add(sale(100, HANA, 0))
    other.ask(HANA)
    part = LotPart(held.lots[0].lot, 20, Scope.PROGRAMME, None)
    one.spend(HANA, [part])
    (grant,) = one.give_back()
    assert isinstance(grant, RightGrant)
    assert points(grant.lots) == 48


def test_nothing_moves_before_the_closing_entry_is_recorded(street: Street) -> None:
    one, other = two(street)
    one.ask(HANA)
    one.take()
    other.ask(HANA)
    assert one.sell(BERT, 10) == []
    assert street.count(RightGrant, "t-2") == 0


def test_a_holder_who_does_not_answer_is_told_to_the_asker_and_the_right_comes_later(street: Street) -> None:
    one, other = two(street)
    one.ask(HANA)
    held = one.take()
    name = other.put(HANA)
    street.work()
    assert street.work(1.0) == []
    (refusal,) = street.work(1.0)
    assert isinstance(refusal, RightRefusal)
    assert (refusal.to, refusal.id, refusal.reason) == ("t-2", name, "held-elsewhere")
    (grant,) = one.give_back(held.lots)
    assert isinstance(grant, RightGrant)
    assert (grant.to, grant.id, points(grant.lots)) == ("t-2", None, 68)


def test_a_holder_that_is_away_is_told_at_once_and_asked_when_it_comes_back(street: Street) -> None:
    one, other = two(street)
    one.ask(HANA)
    held = one.take()
    one.appear("offline")
    (refusal,) = other.ask(HANA)
    assert isinstance(refusal, RightRefusal)
    assert refusal.reason == "held-elsewhere"
    assert street.count(RightRecall) == 0
    one.appear()
    assert street.last(RightRecall, "t-1").member == HANA
    (grant,) = one.give_back(held.lots)
    assert isinstance(grant, RightGrant)
    assert (grant.to, grant.id) == ("t-2", None)


def test_a_question_that_has_expired_brings_no_recall_and_no_grant_any_more(street: Street) -> None:
    one, other = two(street)
    one.ask(HANA)
    held = one.take()
    assert other.ask(HANA, seconds=0) == []
    one.appear("offline")
    other.ask(HANA, seconds=5)
    street.work(10.0)
    one.appear()
    assert street.count(RightRecall) == 0
    assert points(held.lots) == 68


def test_who_comes_second_is_told_that_the_first_has_it(street: Street) -> None:
    one, other = two(street)
    third = street.till("t-3")
    one.ask(HANA)
    held = one.take()
    other.ask(HANA)
    third.ask(HANA)
    said = one.give_back(held.lots)
    assert [(type(one_), one_.to) for one_ in said] == [(RightGrant, "t-2"), (RightRefusal, "t-3")]


def test_a_grant_that_was_not_recorded_is_said_again_under_its_number_and_not_made_anew(street: Street) -> None:
    one, _ = two(street)
    one.ask(HANA)
    first = street.last(RightGrant, "t-1")
    name = one.put(HANA)
    (again,) = street.work()
    assert isinstance(again, RightGrant)
    assert (again.right, again.id, again.lots) == (first.right, name, first.lots)


def test_points_earned_since_come_with_a_second_grant(street: Street) -> None:
    one, other = two(street)
    one.ask(HANA)
    first = street.last(RightGrant, "t-1")
    other.sell(HANA, 5)
    street.said.clear()
    one.ask(HANA)
    grants = [said for said in street.said if isinstance(said, RightGrant)]
    assert [(grant.right == first.right, points(grant.lots)) for grant in grants] == [(True, 68), (False, 5)]
    assert [grant.id is None for grant in grants] == [True, False]


def test_a_right_that_is_held_already_is_answered_with_no_more_than_its_number(street: Street) -> None:
    one, _ = two(street)
    one.ask(HANA)
    held = one.take()
    (grant,) = one.ask(HANA)
    assert isinstance(grant, RightGrant)
    assert (grant.right, grant.lots) == (held.right, [])
    assert grant.id is not None


def test_who_has_nothing_is_refused_and_who_is_unknown_as_well(street: Street) -> None:
    one, _ = two(street)
    one.sell(BERT, 0)
    one.ask(BERT)
    assert one.refused() == "nothing"
    one.ask("12345000000378")
    assert one.refused() == "unknown"


def test_points_of_another_shop_do_not_move(street: Street) -> None:
    one, other = two(street)
    one.sell(BERT, 30, scope=Scope.SHOP)
    other.ask(BERT)
    assert other.refused() == "nothing"
    one.ask(BERT)
    assert points(street.last(RightGrant, "t-1").lots) == 30


def test_the_phones_code_is_proved_at_central_once(street: Street) -> None:
    one, other = two(street)
    street.enrol(HANA)
    value = street.value(HANA)
    one.ask(HANA, value)
    grant = one.take()
    assert grant.proved
    assert [len(key.key) for key in grant.keys] == [64] * len(grant.keys)
    assert len(grant.keys) >= 2
    one.appear("offline")
    other.ask(HANA, value)
    assert other.refused() == "code"
    other.ask(HANA, "00000000" if value != "00000000" else "11111111")
    assert other.refused() == "code"


def test_the_same_terminal_may_ask_again_with_the_code_that_is_still_shown(street: Street) -> None:
    one, _ = two(street)
    street.enrol(HANA)
    value = street.value(HANA)
    one.ask(HANA, value)
    one.ask(HANA, value)
    assert street.count(RightGrant, "t-1") == 2
    assert street.last(RightGrant, "t-1").proved


def test_with_a_code_that_is_right_what_lies_outside_the_absent_holders_right_comes_without_keys(
    street: Street,
) -> None:
    one, other = two(street)
    street.enrol(HANA)
    one.ask(HANA)
    one.take()
    one.appear("offline")
    other.sell(HANA, 7)
    other.ask(HANA)
    assert other.refused() == "held-elsewhere"
    other.ask(HANA, street.value(HANA))
    grant = street.last(RightGrant, "t-2")
    assert (points(grant.lots), grant.keys, grant.proved) == (7, [], True)


def test_without_anything_outside_it_the_code_does_not_help(street: Street) -> None:
    one, other = two(street)
    street.enrol(HANA)
    one.ask(HANA)
    one.take()
    one.appear("offline")
    other.ask(HANA, street.value(HANA))
    assert other.refused() == "held-elsewhere"
    assert street.count(RightGrant, "t-2") == 0


def test_a_terminal_whose_head_is_not_known_gets_nothing(street: Street) -> None:
    _, other = two(street)
    other.record.begin()
    other.record.begin()
    office = street.office
    done = office.take(("t-2", other.record.batch(life=2)))
    office.rights.recorded(done.answers)
    street.work()
    assert other.standing() == (None, "unknown-head")
    other.ask(HANA)
    assert other.refused() == "waiting"
    done = office.take(("t-2", other.record.batch(life=1)))
    office.rights.recorded(done.answers)
    street.work()
    assert other.standing() == (other.record.life, "")


def test_a_terminal_from_an_old_image_gets_nothing_and_an_operator_is_told(street: Street) -> None:
    one, other = two(street)
    other.sell(BERT, 5)
    other.record.begin(after=other.record.end(1))
    other.send()
    assert other.standing() == (None, "branched")
    assert "rights suspended" in street.office.alerts()
    other.ask(HANA)
    assert other.refused() == "quarantined"
    one.ask(HANA)
    assert street.count(RightGrant, "t-1") == 1


def test_a_right_at_a_terminal_that_is_in_doubt_is_not_recalled(street: Street) -> None:
    """What its other history has spent may not be recorded yet: an operator decides."""
    one, other = two(street)
    one.ask(HANA)
    one.take()
    one.record.begin(after=one.record.end(2))
    one.send()
    other.ask(HANA)
    assert other.refused() == "held-elsewhere"
    assert street.count(RightRecall) == 0


def test_a_terminal_is_told_how_it_stands_when_it_appears_and_when_it_begins_a_life(street: Street) -> None:
    one = street.till("t-1")
    one.appear()
    assert one.standing() == (one.record.life, "")
    one.record.begin()
    said = one.send()
    assert [type(letter) for letter in said] == [RightStanding]
    assert one.standing() == (one.record.life, "")
    assert one.sell(HANA, 5) == [], "it stands as before"


def test_after_a_restore_nothing_is_granted_until_every_terminal_has_been_heard(street: Street) -> None:
    one, other = two(street)
    street.restore()
    one.appear(epoch=2)
    one.ask(HANA)
    assert one.refused() == "waiting"
    other.add(sale(100, BERT, 1))
    other.appear(epoch=2)
    one.ask(HANA)
    assert one.refused() == "waiting", "what the other has is not recorded yet"
    other.send()
    one.ask(HANA)
    grant = street.last(RightGrant, "t-1")
    assert (grant.epoch, grant.right > 1 << 40) == (2, True)


def test_what_was_granted_before_a_restore_and_not_taken_comes_once_all_have_been_heard(street: Street) -> None:
    one, other = two(street)
    one.ask(HANA)
    before = street.last(RightGrant, "t-1")
    street.restore()
    street.said.clear()
    one.appear(epoch=2)
    assert street.count(RightGrant) == 0
    other.appear(epoch=2)
    again = street.last(RightGrant, "t-1")
    assert (again.epoch, again.right, again.lots) == (2, before.right, before.lots)


def test_a_grant_that_got_lost_on_the_way_comes_again_although_the_terminal_stayed(street: Street) -> None:
    one, _ = two(street)
    one.ask(HANA)
    street.said.clear()
    assert street.work(9.0) == []
    street.work(1.0)
    assert street.count(RightGrant, "t-1") == 1


def test_grants_go_again_to_a_terminal_that_appears_and_every_while_until_they_are_recorded(street: Street) -> None:
    one, _ = two(street)
    one.ask(HANA)
    first = street.last(RightGrant, "t-1")
    street.said.clear()
    one.appear()
    again = street.last(RightGrant, "t-1")
    assert (again.right, again.id, again.lots) == (first.right, None, first.lots)
    for seconds in (10.0, 20.0, 40.0):
        street.said.clear()
        street.work(seconds + 1)
        assert street.count(RightGrant, "t-1") == 1
    one.take()
    street.said.clear()
    street.work(900.0)
    assert street.count(RightGrant) == 0


def test_a_terminal_that_comes_and_goes_is_not_sent_everything_each_time(street: Street) -> None:
    one, _ = two(street)
    one.ask(HANA)
    street.said.clear()
    for _ in range(20):
        one.appear()
    assert street.count(RightGrant) <= 2


def test_a_grant_that_was_declined_is_over(street: Street) -> None:
    one, other = two(street)
    one.ask(HANA)
    other.ask(HANA)
    (grant,) = one.give_back()
    assert isinstance(grant, RightGrant)
    assert (grant.to, points(grant.lots)) == ("t-2", 68)
    street.said.clear()
    one.appear()
    assert street.count(RightGrant, "t-1") == 0


def test_questions_beyond_what_may_wait_are_dropped_and_counted(street: Street) -> None:
    one, other = two(street)
    for number in range(100):
        one.put(f"12345{number:09d}")
    other.put(HANA)
    said = street.work()
    assert sum(letter.to == "t-1" for letter in said) == 20
    assert isinstance(said[-1], RightGrant)
    text = street.office.metrics.text().decode()
    assert 'habitue_messages_refused_total{code="overflow"} 80.0' in text


def test_a_terminal_may_have_only_so_many_rights_moved_without_a_code(street: Street) -> None:
    one, other = two(street)
    for _ in range(120):
        one.ask(HANA)
    one.ask(HANA)
    assert one.refused() == "attempts"
    assert street.office.alerts()["too many tries"] == "rights"
    other.ask(BERT)
    assert other.refused() == "unknown", "others are served"


def test_wrong_codes_of_a_terminal_are_looked_at_only_so_often(street: Street) -> None:
    one, other = two(street)
    members = [str(MemberCode.of("12345", f"{number:07d}")) for number in range(500, 505)]
    for member in members:
        other.sell(member, 1)
        street.enrol(member)
    for member in members[:4]:
        for number in range(8):
            one.ask(member, f"{(int(street.value(member)) + 1 + number) % 10**8:08d}")
            assert one.refused() == ("code" if street.count(RightRefusal) <= 30 else "attempts")
    one.ask(members[4], street.value(members[4]))
    assert one.refused() == "attempts"
    assert street.office.alerts()["too many tries"] == "rotating codes"
    other.ask(members[4], street.value(members[4]))
    assert street.last(RightGrant, "t-2").proved
    street.work(3600.0)
    one.ask(members[3], street.value(members[3]))
    assert street.last(RightGrant, "t-1").proved


def test_what_a_lost_terminal_held_is_granted_to_who_waits_and_it_is_told(street: Street) -> None:
    one, other = two(street)
    one.ask(HANA)
    one.take()
    street.work(3.0)
    other.ask(HANA)
    with writing(street.office.engine) as connection:
        declare_lost(connection, "t-1", By("operator", "stolen", street.office.now))
    said = street.work(3.0)
    assert one.standing() == (None, "lost")
    assert [letter.to for letter in said if isinstance(letter, RightGrant)] == ["t-2"]
    one.ask(BERT)
    assert one.refused() == "quarantined"


def test_a_lost_terminal_that_begins_anew_with_an_empty_card_is_good_again(street: Street) -> None:
    one, _ = two(street)
    one.ask(HANA)
    one.take()
    with writing(street.office.engine) as connection:
        declare_lost(connection, "t-1", By("operator", "broken", street.office.now))
    one.record.begin(fresh=True)
    one.send()
    assert one.standing() == (one.record.life, "")
    one.ask(HANA)
    assert points(street.last(RightGrant, "t-1").lots) == 68


def test_a_life_that_was_itself_copied_is_a_branch(street: Street, authority: ThrowAway) -> None:
    one, _ = two(street)
    twin = Record("t-1", signer_for(authority, "t-1"), "shop-t-1")
    twin.add(sale(900, BERT, 9))
    done = street.office.take(("t-1", twin.batch(2)))
    assert done.outcomes["fork"] == 1
    street.office.rights.recorded(done.answers)
    street.work()
    assert one.standing() == (None, "branched")


def test_a_merged_membership_moves_by_either_code(street: Street) -> None:
    one, other = two(street)
    other.sell(BERT, 5)
    with writing(street.office.engine) as connection:
        merge(connection, int(BERT), int(HANA), By("operator", "the same person", street.office.now))
    street.office.ingest.settle(street.office.now)
    one.ask(BERT)
    grant = one.take()
    assert (grant.member, points(grant.lots)) == (BERT, 73)
    (recall,) = other.ask(HANA)
    assert isinstance(recall, RightRecall)
    assert (recall.to, recall.member) == ("t-1", BERT)


def test_a_database_that_takes_nothing_loses_no_terminal_that_has_appeared(
    street: Street, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, _ = two(street)

    def full(*_: object) -> None:
        raise OperationalError("INSERT", None, Exception("database or disk is full"))

    with monkeypatch.context() as patched:
        patched.setattr("central.rights.desk.Deciding", full)
        with pytest.raises(OperationalError):
            one.appear()
    assert street.count(RightStanding) == 0
    street.work()
    assert one.standing() == (one.record.life, "")
