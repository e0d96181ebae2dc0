"""Posting entries: one at a time at full speed, many at once, and backwards."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy.orm import Session

from ledger.journal import queries
from ledger.journal.errors import (
    AlreadyReversed,
    KeyReused,
    MalformedEntry,
    NotReversible,
    UnknownEntry,
)
from ledger.journal.rules.entries import (
    Draft,
    Posted,
    ensure_well_formed,
    fingerprint,
    is_plain,
    lay_entry,
)
from ledger.journal.service.books import Books, books_of
from ledger.kernel.clock import to_micros


def post(session: Session, community_id: int, draft: Draft, now: datetime) -> Posted:
    """Book one entry, or return it as booked when the same request came before.

    Raises `UnknownAccount`, `MalformedEntry`, `AccountFrozen`, `AccountClosed`,
    `BeyondFloor`, `BeyondCeiling` or `KeyReused`; then nothing is written and the
    request key stays unused.
    """
    _ensure_may_be_asked(draft)
    books = books_of(session, community_id)
    posted = books.post_plain(draft, to_micros(now)) if is_plain(draft) else None
    return posted or _post_in_order(books, [draft], now)[0]


def post_many(
    session: Session, community_id: int, drafts: Sequence[Draft], now: datetime
) -> list[Posted]:
    """Book entries in their order, all or none, by the same rules as `post`.

    Each is judged on the balances that those before it left. Raises as `post`,
    and `HistoryOutOfOrder`; the error's fact `index` is the draft it stopped at.
    """
    for draft in drafts:
        _ensure_may_be_asked(draft)
    return _post_in_order(books_of(session, community_id), drafts, now) if drafts else []


def reverse(
    session: Session,
    community_id: int,
    entry_id: int,
    *,
    actor: int,
    request_key: str,
    occurred_on: date,
    memo_digest: bytes | None,
    now: datetime,
) -> Posted:
    """Book the opposite of an entry, at most once and by the same rule of limits.

    Raises `UnknownEntry`, `NotReversible`, `AlreadyReversed`, and as `post`.
    """
    entry = queries.entry(session, community_id, entry_id)
    if entry is None:
        raise UnknownEntry(entry=entry_id)
    if entry.kind == "reversal":
        raise NotReversible(entry=entry_id)
    opposite = tuple((line.account, -line.amount) for line in entry.lines)
    draft = Draft(
        "reversal",
        opposite,
        occurred_on,
        actor,
        request_key,
        memo_digest,
        reverses=entry_id,
    )
    books = books_of(session, community_id)
    return _post_in_order(books, [draft], now)[0]


def _ensure_may_be_asked(draft: Draft) -> None:
    """Raise `MalformedEntry` for no entry, and for a reversal that is nobody's opposite."""
    ensure_well_formed(draft)
    if draft.reverses is not None:  # `reverse` alone knows what it reverses
        raise MalformedEntry(postings=draft.postings)


def _post_in_order(books: Books, drafts: Sequence[Draft], now: datetime) -> list[Posted]:
    """Lock every account once, lay the drafts on them one after another, write at the end."""
    positions = books.lock({account for draft in drafts for account, _ in draft.postings})
    known = books.find([(draft.actor, draft.request_key) for draft in drafts])
    ids = iter(books.new_ids(len(drafts)))
    answers: list[Posted] = []
    fresh: dict[tuple[int, str], tuple[Draft, Posted]] = {}
    for index, draft in enumerate(drafts):
        key = (draft.actor, draft.request_key)
        if key in known:
            answers.append(_replay(books, draft, *known[key]))
        elif key in fresh:
            answers.append(_replay_fresh(draft, *fresh[key]))
        else:
            try:
                _ensure_not_reversed(books, draft)
                posted = lay_entry(draft, positions, next(ids), to_micros(now))
            except Exception as error:
                getattr(error, "facts", {}).setdefault("index", index)
                raise
            fresh[key] = (draft, posted)
            answers.append(posted)
    if fresh:
        books.write(list(fresh.values()))
    return answers


def _ensure_not_reversed(books: Books, draft: Draft) -> None:
    if draft.reverses is not None and books.is_reversed(draft.reverses):
        raise AlreadyReversed(entry=draft.reverses)


def _replay(books: Books, draft: Draft, entry_id: int, recorded: bytes) -> Posted:
    if recorded != fingerprint(draft):
        raise KeyReused
    return books.recall(entry_id)


def _replay_fresh(draft: Draft, first: Draft, posted: Posted) -> Posted:
    if fingerprint(first) != fingerprint(draft):
        raise KeyReused
    return Posted(posted.entry_id, posted.booked_at, posted.lines, True)
