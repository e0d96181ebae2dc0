"""What the sample community's stewards vote on: one limit set, one vote open, one discussed.

Everything is done through the services, at instants at which people could have done it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from ledger.governance import service as governance
from ledger.kernel.identifiers import new_request_key
from ledger.members import queries as members
from ledger.members.queries import CommunityView, Standing

NEEDED = timedelta(days=21)
"""How long the community must have been there for all of this to have happened."""

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Case:
    """A request: for which account, from whom, for how many whole units, and why."""

    account: int
    proposed: int
    reasons: str


@dataclass(frozen=True, slots=True)
class Vote:
    """A steward's ballot, by their place among the founding ones; None abstains."""

    steward: int
    figure: int | None
    reason: str


_SET = Case(
    42,
    300,
    "Ayam petelur kami bertambah dua kandang. Pakan dibeli di awal bulan, telur terjual"
    " sepanjang bulan, jadi batas 200 habis sebelum telur pertama diantar.",
)
_SET_SAID = (
    (None, "Penjualan kami rata-rata di atas 300 poin sebulan; daftar pesanan boleh dilihat."),
    (2, "Saya lihat saldonya selalu kembali mendekati nol dalam sebulan."),
)
_SET_VOTES = (
    Vote(0, 300, "Penjualan rutin dan pembelinya banyak."),
    Vote(2, 300, "Saldonya kembali tiap bulan."),
    Vote(1, 250, "Setuju naik, tetapi bertahap dulu."),
    Vote(3, 300, "Pakan memang harus dibeli di depan."),
    Vote(4, 200, "Dana cadangan kita belum ada, saya pilih tetap."),
)

_OPEN = Case(
    32,
    400,
    "Kami ingin membeli bahan kue untuk pesanan Lebaran sekaligus. Pesanan sudah masuk, dan"
    " tiga warung sudah berjanji mengambilnya.",
)
_OPEN_SAID = (
    (0, "Batas yang ada hampir habis terpakai. Apakah pesanan itu sudah pasti?"),
    (None, "Sudah, dua dari tiga warung sudah menandatangani pesanan."),
)
_OPEN_VOTES = (
    Vote(2, 400, "Pesanannya nyata dan waktunya jelas."),
    Vote(3, 350, "Naik setengah dulu sampai pesanan pertama terkirim."),
)

_TALKED = Case(
    3,
    300,
    "Warung kami menyimpan jamu dan kerajinan anggota untuk dijual. Kami perlu stok lebih"
    " banyak di muka.",
)
_TALKED_SAID = (
    (2, "Selama setahun warung lebih banyak menerima daripada memberi. Apa rencananya?"),
    (None, "Mulai bulan ini kami juga mengantar pesanan anggota di Sragen."),
)


@dataclass(frozen=True, slots=True)
class _Table:
    """Those who sit at it: the community and its stewards in the order of founding."""

    session: Session
    community: CommunityView
    stewards: Sequence[int]

    def standing(self, person_id: int, at: datetime) -> Standing:
        found = members.find_standing(self.session, person_id, self.community.code, at)
        if found is None:
            raise LookupError(f"person {person_id} does not belong to the sample")
        return found

    def ask(self, case: Case, holder: int, at: datetime) -> int:
        command = governance.Propose(
            case.account, self._parts(case.proposed), case.reasons, new_request_key()
        )
        return governance.propose(self.session, self.standing(holder, at), command, at)

    def talk(
        self,
        number: int,
        holder: int,
        said: Sequence[tuple[int | None, str]],
        at: datetime,
    ) -> None:
        for hours, (steward, text) in enumerate(said, 1):
            person = holder if steward is None else self.stewards[steward]
            then = at + timedelta(hours=5 * hours)
            command = governance.Say(number, text, new_request_key())
            governance.say(self.session, self.standing(person, then), command, then)

    def vote(self, number: int, votes: Sequence[Vote], at: datetime) -> None:
        for hours, vote in enumerate(votes, 1):
            then = at + timedelta(hours=7 * hours)
            figure = None if vote.figure is None else self._parts(vote.figure)
            command = governance.CastBallot(number, figure, vote.reason, new_request_key())
            voter = self.standing(self.stewards[vote.steward], then)
            governance.cast(self.session, voter, command, then)

    def _parts(self, whole: int) -> int:
        return int(whole * 10**self.community.unit.scale)


def load_votes(
    session: Session,
    community: CommunityView,
    stewards: Sequence[int],
    holders: dict[int, int],
    now: datetime,
) -> None:
    """Have the stewards (ids of people) decide; `holders` are who holds which account."""
    table = _Table(session, community, stewards)
    _decide(table, holders, now - NEEDED + _DAY)
    opened = now - 3 * _DAY
    asked = opened - 4 * _DAY
    number = table.ask(_OPEN, holders[_OPEN.account], asked)
    table.talk(number, holders[_OPEN.account], _OPEN_SAID, asked)
    governance.open_vote(session, community, number, opened)
    table.vote(number, _OPEN_VOTES, opened)
    talked = now - _DAY
    number = table.ask(_TALKED, holders[_TALKED.account], talked)
    table.talk(number, holders[_TALKED.account], _TALKED_SAID, talked)


def _decide(table: _Table, holders: dict[int, int], asked: datetime) -> None:
    """One request all the way to the limit that it set."""
    session, community = table.session, table.community
    number = table.ask(_SET, holders[_SET.account], asked)
    table.talk(number, holders[_SET.account], _SET_SAID, asked)
    opened = asked + 3 * _DAY
    governance.open_vote(session, community, number, opened)
    table.vote(number, _SET_VOTES, opened)
    closed = opened + 5 * _DAY
    governance.record_outcome(session, community, number, closed)
    governance.execute(session, community, number, closed + 2 * _DAY)
