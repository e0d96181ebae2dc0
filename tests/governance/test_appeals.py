"""Appeals: who may, what it takes, the panel that the lot draws, and what its silence means."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import Engine

from ledger.governance import errors, queries, service
from ledger.governance.queries import AppealView
from ledger.governance.rules.panels import Answer, judgement
from ledger.governance.service import Appeal, Judge
from ledger.members.queries import Acting
from tests.communities import a_cell
from tests.governance.councils import Council, a_council
from tests.governance.drawings import draw


@pytest.fixture
def council(engine: Engine, now: datetime) -> Council:
    return a_council(engine, now)


def others(council: Council, count: int) -> list[Acting]:
    return [council.community.enrol(a_cell()) for _ in range(count)]


def sign(council: Council, by: Acting, reasons: str = "The figures are of last year") -> bool:
    standing = council.standing(by)
    command = Appeal(1, by.account, reasons)
    return council.do(lambda s: service.appeal(s, standing, command, council.now))


def answer(council: Council, by: Acting, said: Answer, reasons: str = "I read it all") -> None:
    standing = council.standing(by)
    command = Judge(1, said, reasons)
    council.do(lambda s: service.answer_appeal(s, standing, command, council.now))


def view(council: Council, by: Acting) -> AppealView:
    return council.do(
        lambda s: queries.appeal_of(s, council.community.view, 1, by.person_id, council.now),
        write=False,
    )


def panel_of(council: Council, people: list[Acting]) -> list[Acting]:
    """The panel, drawn now, as people who act."""
    draw(council, 1)
    drawn = [one.person_id for one in view(council, people[0]).panel]
    by_id = {one.person_id: one for one in people}
    return [by_id[one] for one in drawn]


class TestAnAppeal:
    def test_the_subject_opens_it_alone_and_the_panel_returns_it(self, council: Council) -> None:
        people = others(council, 7)
        number = council.decided([150] * 5)
        council.pass_time(hours=47)
        assert sign(council, council.subject)
        assert council.state(number) == "contested"
        council.pass_time(hours=2)
        council.run_jobs()
        assert council.limit == 100
        panel = panel_of(council, people)
        assert len(panel) == 5
        with pytest.raises(errors.NotOnPanel):
            answer(council, council.stewards[0], Answer.RETURN)
        with pytest.raises(errors.ReasonsMissing):
            answer(council, panel[0], Answer.RETURN, " ")
        answer(council, panel[0], Answer.UPHOLD)
        answer(council, panel[0], Answer.RETURN)
        answer(council, panel[1], Answer.RETURN)
        assert council.state(number) == "contested"
        answer(council, panel[2], Answer.RETURN)
        assert council.state(number) == "discussion"
        with pytest.raises(errors.MovedOn):
            answer(council, panel[3], Answer.UPHOLD)
        seen = view(council, panel[0])
        assert (seen.outcome, [one.answer for one in seen.panel[:3]]) == ("return", ["return"] * 3)
        council.pass_time(hours=72)
        council.run_jobs()
        for steward in council.stewards:
            council.cast(number, steward, 150)
        council.pass_time(days=5)
        council.run_jobs()
        with pytest.raises(errors.OnlyOnce):
            sign(council, council.subject)
        council.pass_time(hours=48)
        council.run_jobs()
        assert (council.state(number), council.limit) == ("executed", 150)
        assert set(council.notices()) >= {"appealed", "panel_drawn", "appeal_return"}

    def test_it_takes_a_twentieth_of_the_cells_and_three(self, council: Council) -> None:
        people = others(council, 4)
        council.decided([150] * 5)
        assert view(council, people[0]).needed == 3
        assert view(council, people[0]).may_sign == (people[0].account,)
        assert not sign(council, people[0])
        assert not sign(council, people[0])
        assert not sign(council, people[1])
        standing = council.standing(people[2])
        foreign = Appeal(1, people[3].account, "For them")
        with pytest.raises(errors.NotAnAppellant):
            council.do(lambda s: service.appeal(s, standing, foreign, council.now))
        with pytest.raises(errors.ReasonsMissing):
            sign(council, people[2], " ")
        assert council.state(1) == "queued"
        assert sign(council, people[2])
        assert [one.cell for one in view(council, people[0]).signers] == [
            one.account for one in people[:3]
        ]
        # Who appealed, who decided and who is concerned are not on the panel.
        assert panel_of(council, people) == [people[3]]
        answer(council, people[3], Answer.UPHOLD)
        assert council.state(1) == "queued"
        council.run_jobs()
        council.pass_time(hours=48)
        council.run_jobs()
        assert (council.state(1), council.limit) == ("executed", 150)

    def test_silence_upholds_after_seven_days_lot_and_all(self, council: Council) -> None:
        others(council, 6)
        council.decided([150] * 5)
        sign(council, council.subject)
        opened = council.now
        council.pass_time(days=7, microseconds=-1)
        assert council.state(1) == "contested"
        council.pass_time(microseconds=1)
        assert council.state(1) == "queued"
        assert council.seen(1).course.due_at == opened + timedelta(days=7)
        council.run_jobs()
        assert council.limit == 150

    def test_not_before_the_outcome_and_not_after_its_time(self, council: Council) -> None:
        number = council.opened()
        with pytest.raises(errors.MovedOn):
            sign(council, council.subject)
        for steward in council.stewards:
            council.cast(number, steward, 150)
        council.pass_time(days=5)
        council.run_jobs()
        council.pass_time(hours=48)
        with pytest.raises(errors.TooLate):
            sign(council, council.subject)

    def test_a_cell_enrolled_for_the_purpose_does_not_count(
        self, engine: Engine, now: datetime
    ) -> None:
        council = a_council(engine, now.replace(month=1, day=15))
        council.decided([150] * 5)
        assert council.now < now.replace(month=1, day=31)
        with pytest.raises(errors.NotAnAppellant):
            sign(council, council.stewards[0])
        assert sign(council, council.subject)


@pytest.mark.parametrize(
    ("answers", "said"),
    [
        ([Answer.RETURN] * 3 + [None] * 2, Answer.RETURN),
        ([Answer.UPHOLD] * 3 + [Answer.RETURN] * 2, Answer.UPHOLD),
        ([Answer.RETURN] * 2 + [None] * 3, None),
        ([Answer.RETURN] * 2 + [Answer.UPHOLD] * 2, None),
        ([None], None),
        ([], None),
        ([Answer.RETURN], Answer.RETURN),
    ],
)
def test_what_a_panel_says(answers: list[Answer | None], said: Answer | None) -> None:
    assert judgement(answers) is said
