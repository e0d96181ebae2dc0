"""Electing, seating, replacing and recalling stewards, on both databases."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import Engine

from ledger.governance import errors, service
from ledger.governance.model import MemberVote
from ledger.governance.rules.elections import (
    Seat,
    full_terms,
    leaving,
    seats_up,
    term_end,
    terms_in_a_row,
)
from ledger.governance.verify import verify
from ledger.kernel.clock import day_of
from ledger.kernel.identifiers import new_request_key
from ledger.members import queries as members
from ledger.members.errors import ElectedByAll
from ledger.members.queries import Acting
from ledger.members.service import acts
from ledger.members.service.roles import resign
from tests.governance.assemblies import Assembly, an_assembly, give_addresses, mails


@pytest.fixture
def assembly(sqlite_engine: Engine, now: datetime) -> Assembly:
    return founded(sqlite_engine, now)


@pytest.fixture
def on_both(engine: Engine, now: datetime) -> Assembly:
    return founded(engine, now)


def founded(engine: Engine, now: datetime) -> Assembly:
    """Ten cells; the first three people are founding stewards."""
    found = an_assembly(engine, now, cells=10)
    for one in found.voters[:3]:
        found.grant(one)
    return found


def call(assembly: Assembly) -> int:
    standing = assembly.standing(assembly.voters[0])
    return assembly.do(lambda s: service.call_election(s, standing, assembly.now))


def name(assembly: Assembly, number: int, who: Acting, by: Acting | None = None) -> bool:
    standing = assembly.standing(by or who)
    words = "" if by else "I keep books"
    command = service.Name(number, who.person_id, words)
    return assembly.do(lambda s: service.name_candidate(s, standing, command, assembly.now))


def elect(assembly: Assembly, number: int, ballots: list[tuple[int, ...]]) -> dict | None:
    assembly.pass_time(days=7)
    assembly.run_jobs()
    assembly.cast_all(number, list(ballots))
    return assembly.close(number)


def elected_committee(assembly: Assembly) -> list[Acting]:
    """Seven stand for five seats, in the order of the voters; two become alternates."""
    number = call(assembly)
    standing = assembly.voters[2:9]
    for one in standing:
        name(assembly, number, one)
    elect(assembly, number, [tuple(range(size)) for size in (7, 7, 6, 5, 4, 3, 2, 1)])
    return standing


def seats(assembly: Assembly) -> list[members.RoleView]:
    found = assembly.do(lambda s: members.who_serves(s, assembly.id, assembly.now), write=False)
    return [one for one in found if one.role == "steward"]


class TestTheWholeWay:
    def test_an_election_seats_a_committee(self, on_both: Assembly) -> None:
        number = call(on_both)
        standing = on_both.voters[2:9]
        for one in standing:
            assert name(on_both, number, one)
        record = elect(on_both, number, [tuple(range(n)) for n in (7, 7, 6, 5, 4, 3, 2, 1)])
        assert record is not None
        assert verify(record) == []
        assert (record["policy"]["method"], record["policy"]["seats"]) == ("phragmen", 7)
        order = record["outcome"]["tally"]["elected"]
        names = [one["name"] for one in people(on_both, standing)]
        listed = [one["text"] for one in record["policy"]["candidates"]]
        assert listed == sorted(names, key=str.casefold)
        assert on_both.stewards() == {
            person_named(on_both, standing, listed[place]) for place in order[:5]
        }
        assert {one.authority for one in seats(on_both)} == {"decision:M1"}

    def test_terms_are_staggered(self, assembly: Assembly) -> None:
        elected_committee(assembly)
        zone = assembly.community.view.zone
        today = day_of(assembly.now - timedelta(minutes=1), zone)
        ends = sorted(day_of(one.ends_at, zone) for one in seats(assembly) if one.ends_at)
        assert ends == [*[term_end(today, 9)] * 2, *[term_end(today, 18)] * 3]

    def test_the_lot_comes_from_the_first_seal_after_the_close(self, assembly: Assembly) -> None:
        number = call(assembly)
        for one in assembly.voters[:4]:
            name(assembly, number, one)
        assembly.pass_time(days=7)
        assembly.run_jobs()
        assembly.cast_all(number, [(0, 1), (2, 3), (0, 1, 2, 3)])
        assembly.seal()
        assembly.pass_time(days=5)
        assembly.run_jobs()
        row = assembly.do(lambda s: s.get_one(MemberVote, (assembly.id, number)), write=False)
        assert (row.concluded_at, row.root is not None) == (None, True)
        assembly.seal()
        assembly.pass_time(minutes=1)
        assembly.run_jobs()
        record = assembly.record(number)
        assert record is not None
        assert verify(record) == []
        head = assembly.do(lambda s: s.get_one(MemberVote, (assembly.id, number)), write=False)
        assert head.lot_after is not None
        assert record["lot"]["pool"] == [0, 1, 2, 3]

    def test_less_than_a_handful_elects_nobody(self, assembly: Assembly) -> None:
        number = call(assembly)
        name(assembly, number, assembly.voters[5])
        assert elect(assembly, number, [(0,), (0,)]) is None
        assert assembly.stewards() == {one.person_id for one in assembly.voters[:3]}

    def test_whom_nobody_voted_for_takes_no_seat(self, assembly: Assembly) -> None:
        number = call(assembly)
        for one in assembly.voters[5:7]:
            name(assembly, number, one)
        elect(assembly, number, [(0,), (0,), ()])
        gained = assembly.stewards() - {one.person_id for one in assembly.voters[:3]}
        assert len(gained) == 1
        # There are seats for the founding stewards still.
        assert len(assembly.stewards()) == 4

    def test_without_candidates_there_is_no_election(self, assembly: Assembly) -> None:
        number = call(assembly)
        assembly.pass_time(days=7)
        assembly.run_jobs()
        row = assembly.do(lambda s: s.get_one(MemberVote, (assembly.id, number)), write=False)
        assert row.withdrawn_at is not None
        call(assembly)

    def test_the_next_election_calls_itself(self, assembly: Assembly) -> None:
        elected_committee(assembly)
        with pytest.raises(errors.NotYours):
            call(assembly)
        first = min(one.ends_at for one in seats(assembly) if one.ends_at)
        assembly.now = first - timedelta(days=21)
        assembly.run_jobs()
        row = assembly.do(lambda s: s.get_one(MemberVote, (assembly.id, 2)), write=False)
        assert (row.kind, row.proposed_by) == ("election", None)
        assert '"seats":2' in row.about.replace(" ", "")


class TestStanding:
    def test_who_is_named_by_others_has_to_accept(self, assembly: Assembly) -> None:
        number, who = call(assembly), assembly.voters[5]
        assert name(assembly, number, who, by=assembly.voters[0]) is False
        with pytest.raises(errors.NamedAlready):
            name(assembly, number, who, by=assembly.voters[1])
        own = assembly.standing(who)
        with pytest.raises(errors.ReasonsMissing):
            assembly.do(lambda s: service.accept(s, own, number, " ", assembly.now))
        assembly.do(lambda s: service.accept(s, own, number, "I sell mats", assembly.now))
        assembly.do(lambda s: service.decline(s, own, number, assembly.now))
        assembly.pass_time(days=7)
        assembly.run_jobs()
        row = assembly.do(lambda s: s.get_one(MemberVote, (assembly.id, number)), write=False)
        assert row.withdrawn_at is not None

    def test_who_is_named_is_told_by_mail(self, assembly: Assembly) -> None:
        give_addresses(assembly)
        number = call(assembly)
        assembly.run_jobs()
        assert len(mails(assembly)) == 10
        name(assembly, number, assembly.voters[5], by=assembly.voters[0])
        assembly.run_jobs()
        (told,) = mails(assembly)[10:]
        assert told["to"] == "voter6@simpul.example"
        assert "/c/SB/member-votes/1" in told["text"]

    def test_an_auditor_does_not_stand(self, assembly: Assembly) -> None:
        number, who = call(assembly), assembly.voters[5]
        assembly.grant(who, "auditor")
        with pytest.raises(errors.AuditsNow):
            name(assembly, number, who)

    def test_a_coordinator_does(self, assembly: Assembly) -> None:
        number, who = call(assembly), assembly.voters[5]
        assembly.grant(who, "coordinator")
        assert name(assembly, number, who)

    def test_who_became_an_auditor_meanwhile_is_passed_over(self, assembly: Assembly) -> None:
        number, who = call(assembly), assembly.voters[5]
        name(assembly, number, who)
        name(assembly, number, assembly.voters[6])
        assembly.grant(who, "auditor")
        elect(assembly, number, [(0, 1)] * 3)
        assert who.person_id not in assembly.stewards()
        assert assembly.voters[6].person_id in assembly.stewards()

    def test_not_once_voting_is_open(self, assembly: Assembly) -> None:
        number = call(assembly)
        name(assembly, number, assembly.voters[5])
        assembly.pass_time(days=7)
        assembly.run_jobs()
        with pytest.raises(errors.MovedOn):
            name(assembly, number, assembly.voters[6])

    def test_one_election_at_a_time_called_by_a_steward(self, assembly: Assembly) -> None:
        call(assembly)
        with pytest.raises(errors.VoteOpen):
            call(assembly)
        member = assembly.standing(assembly.voters[8])
        with pytest.raises(errors.NotYours):
            assembly.do(lambda s: service.call_election(s, member, assembly.now))


class TestLeaving:
    def test_an_alternate_steps_in_for_what_is_left(self, on_both: Assembly) -> None:
        elected_committee(on_both)
        gone = seats(on_both)[0]
        before = on_both.stewards()
        leaver = next(one for one in on_both.voters if one.person_id == gone.person_id)
        standing = on_both.standing(leaver)
        on_both.do(lambda s: resign(s, standing, "steward", on_both.now))
        on_both.run_jobs()
        after = on_both.stewards()
        (stepped_in,) = after - before
        assert gone.person_id not in after
        (seat,) = [one for one in seats(on_both) if one.person_id == stepped_in]
        assert (seat.ends_at, seat.authority) == (gone.ends_at, "decision:M1")

    def test_two_stewards_do_not_end_what_all_voted_for(self, assembly: Assembly) -> None:
        elected_committee(assembly)
        one, other = seats(assembly)[:2]
        asker = next(who for who in assembly.voters if who.person_id == one.person_id)
        standing = assembly.standing(asker)
        facts = {"person": other.person_id, "role": "steward"}
        with pytest.raises(ElectedByAll):
            assembly.do(
                lambda s: acts.ask(s, standing, "end_role", facts, "Too late", assembly.now)
            )

    def test_all_members_recall(self, on_both: Assembly) -> None:
        elected_committee(on_both)
        subject = seats(on_both)[0].person_id
        number = recall(on_both, subject)
        on_both.pass_time(hours=72)
        on_both.run_jobs()
        on_both.cast_all(number, [1, 1, 1, 0])
        record = on_both.close(number)
        assert record is not None
        assert verify(record) == []
        assert record["question"]["about"]["steward"]["text"]
        assert subject not in on_both.stewards()
        assert len(on_both.stewards()) == 5

    def test_a_recall_that_failed_does_not_come_again_at_once(self, assembly: Assembly) -> None:
        elected_committee(assembly)
        subject = seats(assembly)[0].person_id
        number = recall(assembly, subject)
        with pytest.raises(errors.VoteOpen):
            recall(assembly, subject)
        assembly.pass_time(hours=72)
        assembly.run_jobs()
        assembly.cast_all(number, [0, 0, 0, 1])
        assembly.close(number)
        assert subject in assembly.stewards()
        with pytest.raises(errors.TooSoonAgain):
            recall(assembly, subject)
        assembly.pass_time(days=90)
        recall(assembly, subject)

    def test_whoever_holds_no_seat_is_not_recalled(self, assembly: Assembly) -> None:
        with pytest.raises(errors.NotASteward):
            recall(assembly, assembly.voters[9].person_id)


def recall(assembly: Assembly, person_id: int) -> int:
    standing = assembly.standing(assembly.voters[9])
    command = service.Recall(person_id, "Never there", new_request_key())
    return assembly.do(lambda s: service.petition_recall(s, standing, command, assembly.now))


def people(assembly: Assembly, standing: list[Acting]) -> list[dict[str, str]]:
    known = assembly.do(lambda s: members.people_of(s, assembly.id, assembly.now), write=False)
    return [{"name": known[one.person_id]} for one in standing]


def person_named(assembly: Assembly, standing: list[Acting], text: str) -> int:
    known = assembly.do(lambda s: members.people_of(s, assembly.id, assembly.now), write=False)
    return next(one.person_id for one in standing if known[one.person_id] == text)


T = datetime(2027, 1, 1, tzinfo=UTC)
YEAR = timedelta(days=365)


def seat(person: int, since: float, ends: float | None, authority: str = "decision:M1") -> Seat:
    """A seat from `since` to `ends` years after T."""
    return Seat(person, authority, T + since * YEAR, None if ends is None else T + ends * YEAR)


class TestRules:
    def test_which_seats_are_up(self) -> None:
        assert seats_up(5, [], T) == 5
        assert seats_up(5, [seat(1, 0, None, "founding"), seat(2, 0, 1, "act:1")], T) == 5
        assert seats_up(5, [seat(1, -1, 1), seat(2, -1, 30 / 365), seat(3, -1, 31 / 365)], T) == 3
        assert seats_up(1, [seat(1, 0, 1), seat(2, 0, 1)], T) == 0

    def test_who_makes_room(self) -> None:
        founding = [seat(one, -3 + one / 10, None, "founding") for one in (1, 2, 3)]
        assert leaving(5, founding, [7, 8], T) == []
        assert leaving(5, founding, [7, 8, 9], T) == [3]
        assert leaving(5, founding, [4, 5, 6, 7, 8], T) == [3, 2, 1]
        assert leaving(5, founding, [1, 5, 6, 7, 8], T) == [3, 2]
        staying = [seat(1, -1, 1), seat(2, -1, 0.01), seat(3, -1, None, "act:2")]
        assert leaving(3, staying, [4], T) == [3]
        assert leaving(3, staying, [4, 5], T) == [3, 2]
        assert leaving(3, staying, [4, 5, 6], T) == [3, 2]

    def test_half_of_the_committee_at_once(self) -> None:
        assert [full_terms(filled, 5) for filled in range(6)] == [0, 1, 2, 3, 3, 3]
        assert full_terms(7, 7) == 4

    @pytest.mark.parametrize(
        ("day", "months", "end"),
        [
            (date(2026, 12, 5), 18, date(2028, 6, 5)),
            (date(2026, 8, 31), 18, date(2028, 2, 29)),
            (date(2026, 8, 31), 6, date(2027, 2, 28)),
            (date(2026, 1, 15), 12, date(2027, 1, 15)),
        ],
    )
    def test_ends_of_terms(self, day: date, months: int, end: date) -> None:
        assert term_end(day, months) == end

    def test_terms_in_a_row(self) -> None:
        assert terms_in_a_row([], T) == 0
        assert terms_in_a_row([seat(1, -3, -1.5), seat(1, -1.5, 0)], T) == 2
        assert terms_in_a_row([seat(1, -3, -1.5), seat(1, -1.5, -0.6)], T) == 0
        assert terms_in_a_row([seat(1, -4, -2.5), seat(1, -1.5, 0)], T) == 1
        assert terms_in_a_row([seat(1, -3, 0, "founding")], T) == 0
        ended = Seat(1, "decision:M1", T - YEAR, T + YEAR, until=T - YEAR / 12)
        assert terms_in_a_row([ended], T) == 1
