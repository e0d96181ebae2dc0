"""Telling people what happened to their trades, in their language, and what waits for them.

Only a job is written in the caller's transaction. The mail is made when the job
runs, so that nobody is asked to confirm what was withdrawn in the meantime.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from ledger.jobs.service import Payload, schedule
from ledger.kernel.units import shown_number
from ledger.members import queries as members
from ledger.text.phrases import N_
from ledger.text.speaker import Speaker
from ledger.trades.model import Trade, TradeEvent
from ledger.trades.rules import states
from ledger.trades.rules.states import Event, Party, State
from ledger.trades.service.letters import Letter, page_of, write_to_cell

MAIL_JOB = "trade_mail"
LAPSE_JOB = "trade_lapse"

_ASKED = "ask"
_FIRST = 0
"""The number of the asking itself among a trade's events."""


def tell_asked(session: Session, trade_id: int, answer_by: datetime, now: datetime) -> None:
    """Have the buyer told that they are asked, and both when the time is over."""
    tell(session, trade_id, _FIRST, answer_by, now)


def tell(
    session: Session, trade_id: int, number: int, answer_by: datetime | None, now: datetime
) -> None:
    """Have the people told of event `number`; where it asks something, look again in time."""
    payload = {"trade": trade_id, "number": number}
    schedule(session, MAIL_JOB, payload, now, f"{MAIL_JOB}:{trade_id}:{number}")
    if answer_by is not None:
        key = f"{LAPSE_JOB}:{trade_id}:{number}"
        schedule(session, LAPSE_JOB, {"trade": trade_id}, answer_by, key, now=now)


@dataclass(frozen=True, slots=True)
class _News:
    """An event as it is to be told. `stands`: the trade is in force after it."""

    trade: Trade
    community: members.CommunityView
    event: str
    reason: str
    by: Party
    stands: bool


def send_news(session: Session, payload: Payload, now: datetime, public_url: str) -> None:
    """Write the mails of one event: to the other side, and to both where only time passed."""
    news = _news(session, payload)
    if news is None or _is_stale(news, now):
        return
    for side, account in (
        (Party.DEBTOR, news.trade.payer),
        (Party.CREDITOR, news.trade.payee),
    ):
        message = _MESSAGES.get((news.event, side, news.stands))
        if message is not None and news.by is not side:
            letter = _letter(session, news, account, message)
            address = page_of(public_url, news.community, account, f"trades/{news.trade.token}")
            key = f"mail:trade:{news.trade.id}:{payload['number']}"
            write_to_cell(session, news.community, account, address, letter, key, now)


def _news(session: Session, payload: Payload) -> _News | None:
    trade = session.get(Trade, payload["trade"])
    community = members.community(session, trade.community_id) if trade else None
    if trade is None or community is None:
        return None
    if payload["number"] == _FIRST:
        return _News(trade, community, _ASKED, "", Party.CREDITOR, False)
    event = session.get(TradeEvent, (trade.id, payload["number"]))
    if event is None:
        return None
    by = _party(event, trade)
    return _News(
        trade, community, event.event, event.reason, by, event.state == State.CONFIRMED.value
    )


def _party(event: TradeEvent, trade: Trade) -> Party:
    if event.account is not None:
        return states.party_of(event.account, trade.payer)
    return Party.TIME if event.actor is None else Party.COORDINATOR


def _is_stale(news: _News, now: datetime) -> bool:
    """Whether the mail would ask for what is answered already."""
    state = states.present(State(news.trade.state), news.trade.answer_by, now)
    waits_in = {_ASKED: State.ASKED, Event.ASK_REVERSAL.value: State.REVERSAL_ASKED}
    return news.event in waits_in and waits_in[news.event] is not state


def _letter(
    session: Session, news: _News, account: int, message: tuple[str, str]
) -> Callable[[Speaker], Letter]:
    """What is told to the people of `account`."""
    trade, community = news.trade, news.community
    other = trade.payee if account == trade.payer else trade.payer
    name = members.names_by_number(session, community.id, (other,)).get(other, "")

    def compose(speaker: Speaker) -> Letter:
        facts = {
            "other": f"{name} ({shown_number(community.code, other)})",
            "amount": speaker.amount(trade.amount, community.unit),
            "what": trade.what,
            "day": speaker.day(trade.occurred_on),
            "until": speaker.day(trade.answer_by) if trade.answer_by else "",
        }
        subject, body = (speaker.gettext(text, **facts) for text in message)
        reason = speaker.gettext(N_("Reason: %(reason)s"), reason=news.reason)
        return subject, [body, reason] if news.reason else [body]

    return compose


_LAPSED = Event.LAPSE.value

_MESSAGES: dict[tuple[str, Party, bool], tuple[str, str]] = {
    (_ASKED, Party.DEBTOR, False): (
        N_("%(other)s gave you something: please confirm"),
        N_(
            "%(other)s recorded that it gave you this on %(day)s: %(what)s, %(amount)s. It is"
            " booked once you confirm it. Without an answer by %(until)s it lapses."
        ),
    ),
    (Event.CONFIRM.value, Party.CREDITOR, True): (
        N_("%(other)s has confirmed: %(amount)s received"),
        N_("%(other)s has confirmed what you gave on %(day)s: %(what)s. %(amount)s is booked."),
    ),
    (Event.DECLINE.value, Party.CREDITOR, False): (
        N_("%(other)s has declined what you recorded"),
        N_("%(other)s has declined what you recorded for %(day)s: %(what)s, %(amount)s."),
    ),
    (Event.WITHDRAW.value, Party.DEBTOR, False): (
        N_("%(other)s has withdrawn what it recorded"),
        N_("%(other)s has withdrawn this: %(what)s, %(amount)s. There is nothing left to confirm."),
    ),
    (_LAPSED, Party.DEBTOR, False): (
        N_("Not confirmed in time: %(what)s"),
        N_("You did not answer %(other)s within 14 days: %(what)s, %(amount)s. It has lapsed."),
    ),
    (_LAPSED, Party.CREDITOR, False): (
        N_("Not confirmed in time: %(what)s"),
        N_(
            "%(other)s did not answer within 14 days: %(what)s, %(amount)s. It has lapsed;"
            " you may record it anew."
        ),
    ),
    (Event.ASK_REVERSAL.value, Party.CREDITOR, False): (
        N_("%(other)s asks to reverse a transaction"),
        N_(
            "%(other)s asks you to give this back: %(what)s, %(amount)s, of %(day)s. Please"
            " agree or refuse by %(until)s; without an answer the transaction stands."
        ),
    ),
    (Event.DROP_REVERSAL.value, Party.CREDITOR, True): (
        N_("%(other)s no longer asks for a reversal"),
        N_("%(other)s no longer asks to reverse this: %(what)s, %(amount)s. It stands."),
    ),
    (Event.REFUSE_REVERSAL.value, Party.DEBTOR, True): (
        N_("%(other)s has refused the reversal"),
        N_("%(other)s does not agree to reverse this: %(what)s, %(amount)s. It stands."),
    ),
    (_LAPSED, Party.DEBTOR, True): (
        N_("No answer to your request for a reversal"),
        N_("%(other)s did not answer within 14 days, so this stands: %(what)s, %(amount)s."),
    ),
    (_LAPSED, Party.CREDITOR, True): (
        N_("A request for a reversal has lapsed"),
        N_("You did not answer %(other)s within 14 days, so this stands: %(what)s, %(amount)s."),
    ),
    (Event.AGREE_REVERSAL.value, Party.DEBTOR, False): (
        N_("Reversed: %(amount)s is yours again"),
        N_("%(other)s has agreed to the reversal: %(what)s. %(amount)s is yours again."),
    ),
    (Event.GIVE_BACK.value, Party.DEBTOR, False): (
        N_("%(other)s has given %(amount)s back"),
        N_("%(other)s has given back what it had received for this: %(what)s, %(amount)s."),
    ),
    **{
        (Event.CORRECT.value, side, False): (
            N_("A coordinator has reversed a transaction"),
            N_("A coordinator has reversed your transaction with %(other)s: %(what)s, %(amount)s."),
        )
        for side in (Party.DEBTOR, Party.CREDITOR)
    },
}
"""Subject and text by event, by who reads it, and by whether the trade stands after it."""
