"""What comes when: the instants that lie ahead of a proposal, if nothing else happens."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from ledger.governance.rules.course import Course, Terms
from ledger.governance.rules.states import State


class Ahead(StrEnum):
    """Something that comes, or may."""

    OPENS = "opens"
    """Voting opens; earlier it can't."""
    CLOSES = "closes"
    TAKES_EFFECT = "takes_effect"
    APPEALS_END = "appeals_end"
    PANEL_ANSWERS = "panel_answers"
    REOPENS_UNTIL = "reopens_until"
    """A lapsed vote can be opened once more until then."""
    COMES_AGAIN = "comes_again"
    """A defeated proposal may be made anew from then on."""


@dataclass(frozen=True, slots=True)
class Coming:
    """What comes at `at`; `is_sure` unless it hangs on what people will decide."""

    what: Ahead
    at: datetime
    is_sure: bool = True


def ahead(course: Course, terms: Terms, *, is_cut: bool) -> tuple[Coming, ...]:
    """What comes next, in its order. `is_cut`: the proposed limit is below the present one."""
    wait = terms.wait(is_cut=is_cut)
    match course.state:
        case State.DISCUSSION if course.until is not None:
            closes = course.until + terms.voting
            return (
                Coming(Ahead.OPENS, course.until),
                Coming(Ahead.CLOSES, closes),
                Coming(Ahead.TAKES_EFFECT, closes + wait, is_sure=False),
            )
        case State.ACTIVE if course.until is not None:
            return (
                Coming(Ahead.CLOSES, course.until),
                Coming(Ahead.TAKES_EFFECT, course.until + wait, is_sure=False),
            )
        case State.QUEUED if course.due_at is not None:
            appeal = () if course.was_appealed else (Coming(Ahead.APPEALS_END, course.due_at),)
            return (*appeal, Coming(Ahead.TAKES_EFFECT, course.due_at, is_sure=course.was_appealed))
        case State.CONTESTED if course.until is not None:
            return (Coming(Ahead.PANEL_ANSWERS, course.until),)
        case State.LAPSED if not course.was_reopened:
            return (Coming(Ahead.REOPENS_UNTIL, course.since + terms.reopening),)
        case State.DEFEATED:
            return (Coming(Ahead.COMES_AGAIN, course.since + terms.return_after),)
        case _:
            return ()
