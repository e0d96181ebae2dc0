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
    WOULD_TAKE_EFFECT = "would_take_effect"
    """If it is decided."""
    TAKES_EFFECT_UNAPPEALED = "takes_effect_unappealed"
    TAKES_EFFECT = "takes_effect"
    """For sure: its appeal is over."""
    APPEALS_END = "appeals_end"
    PANEL_ANSWERS = "panel_answers"
    REOPENS_UNTIL = "reopens_until"
    """A lapsed vote can be opened once more until then."""
    COMES_AGAIN = "comes_again"
    """A defeated proposal may be made anew from then on."""


@dataclass(frozen=True, slots=True)
class Coming:
    """What comes at `at`."""

    what: Ahead
    at: datetime


def ahead(course: Course, terms: Terms, *, is_cut: bool) -> tuple[Coming, ...]:
    """What comes next, in its order. `is_cut`: the proposed limit is below the present one."""
    wait = terms.wait(is_cut=is_cut)
    match course.state:
        case State.DISCUSSION if course.until is not None:
            closes = course.until + terms.voting
            return (
                Coming(Ahead.OPENS, course.until),
                Coming(Ahead.CLOSES, closes),
                Coming(Ahead.WOULD_TAKE_EFFECT, closes + wait),
            )
        case State.ACTIVE if course.until is not None:
            return (
                Coming(Ahead.CLOSES, course.until),
                Coming(Ahead.WOULD_TAKE_EFFECT, course.until + wait),
            )
        case State.QUEUED if course.due_at is not None:
            if course.was_appealed:
                return (Coming(Ahead.TAKES_EFFECT, course.due_at),)
            return (
                Coming(Ahead.APPEALS_END, course.due_at),
                Coming(Ahead.TAKES_EFFECT_UNAPPEALED, course.due_at),
            )
        case State.CONTESTED if course.until is not None:
            return (Coming(Ahead.PANEL_ANSWERS, course.until),)
        case State.LAPSED if not course.was_reopened:
            return (Coming(Ahead.REOPENS_UNTIL, course.since + terms.reopening),)
        case State.DEFEATED:
            return (Coming(Ahead.COMES_AGAIN, course.since + terms.return_after),)
        case _:
            return ()
