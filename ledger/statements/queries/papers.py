"""A statement as people read it: on a page, on paper and in mail."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from ledger.kernel.units import shown_number
from ledger.members.queries import CommunityView
from ledger.statements.formats.extract import Extract, extract_of
from ledger.statements.model import StatementPdf
from ledger.statements.queries.statements import statement
from ledger.statements.rules.document import Statement
from ledger.statements.rules.months import Month
from ledger.text.charts import BalanceChart, balance_chart

DAYS_TO_OBJECT = 31
"""So many days after its month a statement may be objected to: through all of the next one."""


@dataclass(frozen=True, slots=True)
class Paper:
    """A statement in words. `closing` is the hash of the community's closing, in hex.

    `statement` has the frozen figures, `extract` the same movements with names and words.
    `is_genuine`: what the books say today is what was frozen.
    """

    statement: Statement
    extract: Extract
    place: str
    closing: str
    is_genuine: bool = True

    @property
    def object_by(self) -> date:
        """The last day to say that something is wrong."""
        return object_by(self.extract.last_day)

    @property
    def chart(self) -> BalanceChart | None:
        """The balance against the limit through the month; None when nothing moved."""
        if not self.extract.lines:
            return None
        return balance_chart(
            [(line.booked_on, line.balance) for line in self.extract.lines],
            first=self.extract.first_day,
            last=self.extract.last_day,
            opening=self.extract.opening,
            floor=self.extract.floor,
        )

    @property
    def usable(self) -> int:
        """What could still be used at the end of the month."""
        return self.statement.limit.left if self.statement.limit else max(self.extract.closing, 0)


def object_by(last_day: date) -> date:
    """The last day to object to the statement of the month that ended on `last_day`."""
    return last_day + timedelta(days=DAYS_TO_OBJECT)


def number_of(community: CommunityView, account: int, month: Month) -> str:
    """A statement's number as people write it: `SB042-2026-10`."""
    return f"{shown_number(community.code, account)}-{month}"


def paper(session: Session, community: CommunityView, account: int, month: Month) -> Paper | None:
    """The statement of an account's month in words, or None where there is none."""
    found = statement(session, community, account, month)
    if found is None:
        return None
    return Paper(
        found.statement,
        extract_of(found.statement, found.texts, community.name),
        community.place,
        found.closing.hash.hex(),
        found.is_genuine,
    )


@dataclass(frozen=True, slots=True)
class Drawn:
    """A statement as it was drawn; `content` is None once it was erased."""

    version: int
    digest: bytes
    content: bytes | None


def drawn_pdf(
    session: Session, community_id: int, account: int, month: Month, language: str
) -> Drawn | None:
    """The newest version of a statement as it was drawn before, or None."""
    row = session.execute(
        select(StatementPdf.version, StatementPdf.digest, StatementPdf.content)
        .where(*_drawn(community_id, account, month, language))
        .order_by(StatementPdf.version.desc())
        .limit(1)
    ).one_or_none()
    return None if row is None else Drawn(*row)


def kept_version(
    session: Session, community_id: int, account: int, month: Month, language: str
) -> tuple[int, bool]:
    """The newest version that was drawn, 0 for none, and whether its bytes are still there.

    The bytes themselves are not read.
    """
    row = session.execute(
        select(StatementPdf.version, StatementPdf.content.is_not(None))
        .where(*_drawn(community_id, account, month, language))
        .order_by(StatementPdf.version.desc())
        .limit(1)
    ).one_or_none()
    return (0, False) if row is None else (row[0], bool(row[1]))


def _drawn(
    community_id: int, account: int, month: Month, language: str
) -> tuple[ColumnElement[bool], ...]:
    return (
        StatementPdf.community_id == community_id,
        StatementPdf.month == month.key,
        StatementPdf.account == account,
        StatementPdf.language == language,
    )
