"""A statement, composed again from the books and its line, with its words and its proof."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from ledger.credit import queries as limits
from ledger.journal import queries as books
from ledger.kernel import clock
from ledger.kernel.merkle import canonical
from ledger.members.queries import CommunityView
from ledger.statements.model import ClosingLine, FrozenName
from ledger.statements.queries.closings import ClosingView, closing
from ledger.statements.queries.trees import proof_in
from ledger.statements.rules.composing import Frame, Holder, Terms, compose
from ledger.statements.rules.document import Movement, Statement, Texts, Waiting, Words
from ledger.statements.rules.months import Month
from ledger.statements.rules.proofs import Proof
from ledger.statements.rules.running import Running, resume
from ledger.trades import queries as trades


@dataclass(frozen=True, slots=True)
class StatementView:
    """A statement with what its digests stand for. `digest` is the one under the root.

    `is_genuine`: what the books say today comes to that digest, and to what the closing
    carried over to the next month. `texts` leaves out what
    was erased.
    """

    statement: Statement
    texts: Texts
    digest: bytes
    closing: ClosingView
    is_genuine: bool

    def name_of(self, account: int) -> str:
        """The name that an account had at the closing; empty where there is none any more."""
        words = self.texts.names.get(account)
        return words.text if words else ""

    def what(self, movement: Movement) -> str:
        """What a movement was for; empty where that was erased."""
        words = self.texts.memos.get(movement.seq)
        return words.text if words else ""


def statement(
    session: Session, community: CommunityView, account: int, month: Month
) -> StatementView | None:
    """The month of an account, or None where it was not closed or had no such account."""
    closed = closing(session, community, month)
    line = session.get(ClosingLine, (community.id, month.key, account))
    if closed is None or line is None:
        return None
    before = session.get(ClosingLine, (community.id, month.previous.key, account))
    running = resume(json.loads(before.carry)) if before else Running()
    movements = [
        Movement(*laid[1:])
        for laid in books.laid_between(session, community.id, account, running.seq, line.last_seq)
    ]
    others = {number for one in movements for number in one.counterparts}
    names = _names(session, community.id, month, {account, *others})
    digests = {number: found[0] for number, found in names.items()}
    holder = _holder(session, community.id, line, digests.get(account))
    composed = compose(frame(community, closed), holder, running, movements, digests)
    texts = Texts(
        {number: words for number, (_, words) in names.items() if words},
        _memos(session, community.id, movements),
    )
    carried = canonical(running.kept(month.last_day)).decode()
    genuine = composed.digest() == line.digest and carried == line.carry
    return StatementView(composed, texts, line.digest, closed, genuine)


def proof(session: Session, community: CommunityView, account: int, month: Month) -> Proof | None:
    """That an account's line is in the closing of a month; None where there is none."""
    closed = closing(session, community, month)
    return proof_in(session, community.id, closed, account) if closed else None


def statement_file(view: StatementView, found: Proof) -> bytes:
    """The statement as it is downloaded, in canonical JSON: what `verify.py` reads."""
    return canonical(
        {
            "statement": view.statement.to_document(),
            "texts": view.texts.to_document(),
            "proof": found.to_document(),
        }
    )


def frozen_names(session: Session, community_id: int, month: Month) -> dict[int, str]:
    """The names of all accounts as they were at a closing, by number, as far as kept."""
    rows = session.execute(
        select(FrozenName.account, FrozenName.name)
        .join(ClosingLine, _named_so())
        .where(ClosingLine.community_id == community_id, ClosingLine.month == month.key)
        .where(FrozenName.name.is_not(None))
    )
    return {row[0]: row[1] or "" for row in rows}


def frame(community: CommunityView, closed: ClosingView) -> Frame:
    """What all statements of a closing have in common."""
    start, end = clock.from_micros(closed.head.start), clock.from_micros(closed.head.end)
    return Frame(community.code, closed.unit, closed.zone, closed.month, start, end, closed.seal)


def terms(limit: limits.LimitView | None) -> Terms | None:
    """The limit as a statement says it."""
    if limit is None:
        return None
    return Terms(
        limit.version,
        limit.floor,
        limit.ceiling,
        limit.authority,
        limit.reference,
        limit.set_at,
    )


def _holder(session: Session, community_id: int, line: ClosingLine, name: bytes | None) -> Holder:
    account = books.account(session, community_id, line.account)
    if account is None:
        raise LookupError(f"a line of account {line.account}, which is not in the books")
    limit = None
    if line.limit_version is not None:
        limit = limits.limit_version(session, community_id, line.account, line.limit_version)
    waiting = Waiting(line.incoming, line.incoming_sum, line.outgoing, line.outgoing_sum)
    return Holder(line.account, account.kind, name, terms(limit), waiting)


def _names(
    session: Session, community_id: int, month: Month, numbers: Iterable[int]
) -> dict[int, tuple[bytes, Words | None]]:
    """The digests of names as they were at a closing, and the names as far as they are kept."""
    wanted = sorted(numbers)
    found: dict[int, tuple[bytes, Words | None]] = {}
    for start in range(0, len(wanted), 500):
        rows = session.scalars(
            select(FrozenName)
            .join(ClosingLine, _named_so())
            .where(ClosingLine.community_id == community_id, ClosingLine.month == month.key)
            .where(ClosingLine.account.in_(wanted[start : start + 500]))
        )
        for row in rows:
            words = None
            if row.name is not None and row.salt is not None:
                words = Words(row.name, row.salt)
            found[row.account] = (row.digest, words)
    return found


def _named_so() -> ColumnElement[bool]:
    return (
        (ClosingLine.community_id == FrozenName.community_id)
        & (ClosingLine.account == FrozenName.account)
        & (ClosingLine.name_version == FrozenName.version)
    )


def _memos(session: Session, community_id: int, movements: Iterable[Movement]) -> dict[int, Words]:
    """The words of movements whose digest the books keep, by `seq`."""
    promised = {one.entry: one for one in movements if one.memo is not None}
    words = trades.memos(session, community_id, promised)
    return {
        promised[entry].seq: Words(text, salt)
        for entry, (digest, text, salt) in words.items()
        if digest == promised[entry].memo
    }
