"""Telling people of their planned trades: some days before, and when one was missed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime

from sqlalchemy.orm import Session

from ledger.jobs.service import Payload
from ledger.kernel import clock
from ledger.kernel.units import shown_number
from ledger.members import queries as members
from ledger.text import prose
from ledger.text.phrases import N_
from ledger.text.speaker import Speaker
from ledger.trades.model import Plan, PlanRun
from ledger.trades.queries.plans import problem_of
from ledger.trades.rules.plans import PlanState
from ledger.trades.service.letters import Letter, page_of, write_to_cell

NOTICE = "notice"
MISSED = "missed"


def send_reminder(session: Session, payload: Payload, now: datetime, public_url: str) -> None:
    """Write the mails of one date of a plan: the notice before it, or that it was missed.

    Says nothing of a date that was called off, and gives no notice of one that has come.
    """
    plan = session.get(Plan, payload["plan"])
    due_on = date.fromisoformat(str(payload["on"]))
    community = members.community(session, plan.community_id) if plan else None
    if plan is None or community is None:
        return
    letter = _letter(session, community, plan, due_on, str(payload["news"]))
    is_late = clock.day_of(now, community.zone) >= due_on and payload["news"] == NOTICE
    if letter is not None and not is_late:
        address = page_of(public_url, community, plan.payer, "plans")
        key = f"mail:plan:{payload['news']}:{plan.id}:{due_on.isoformat()}"
        write_to_cell(session, community, plan.payer, address, letter, key, now)


def _letter(
    session: Session, community: members.CommunityView, plan: Plan, due_on: date, news: str
) -> Callable[[Speaker], Letter] | None:
    name = members.names_by_number(session, community.id, (plan.payee,)).get(plan.payee, "")
    run = session.get(PlanRun, (plan.id, due_on))

    def facts(speaker: Speaker) -> dict[str, str]:
        return {
            "other": f"{name} ({shown_number(community.code, plan.payee)})",
            "amount": speaker.amount(plan.amount, community.unit),
            "what": plan.what,
            "day": speaker.day(due_on),
        }

    def notice(speaker: Speaker) -> Letter:
        subject = N_("Planned for %(day)s: %(what)s")
        body = N_(
            "On %(day)s this will be recorded as you planned it: %(what)s from %(other)s,"
            " %(amount)s. You can pause or end it before."
        )
        said = facts(speaker)
        return speaker.gettext(subject, **said), [speaker.gettext(body, **said)]

    def missed(speaker: Speaker) -> Letter:
        subject = N_("Not recorded as planned: %(what)s")
        body = N_(
            "What you planned for %(day)s was not recorded: %(what)s from %(other)s,"
            " %(amount)s. It is not tried again; record it yourself if it happened."
        )
        said = facts(speaker)
        why = prose.explain(problem_of(run), speaker, community.unit, community.code) if run else ""
        return speaker.gettext(subject, **said), [speaker.gettext(body, **said), why]

    if news == MISSED:
        return missed if run is not None and run.problem is not None else None
    is_still_so = plan.state == PlanState.RUNNING.value and plan.next_on == due_on
    return notice if is_still_so else None
