"""Who vouches for whom: nobody mints limits with cells of their own making."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from ledger.journal.service import set_status
from ledger.members import queries
from ledger.members.errors import FromTheSameHand, MayNotVouch, NameLooksLike, TooNewToVouch
from ledger.members.queries import Acting
from ledger.members.queries.acts import ActView
from ledger.members.service.describing import describe, description
from tests.communities import ACommunity, a_cell
from tests.members.enrolment import asked, held_by, newest, serving, sign, vouch

Do = Callable[..., Any]


def enrolled(home: ACommunity, asker: int, signer: int, name: str) -> Acting:
    """A cell that two coordinators enrolled, with its holder."""
    sign(home, signer, asked(home, asker, name))
    return held_by(home, newest(home), home.a_person())


def trail(home: ACommunity, do: Do) -> list[ActView]:
    auditor = serving(home, "auditor")
    return do(
        lambda s: queries.past_acts(
            s, queries.find_standing(s, auditor, "SB", home.now), home.now, before=None
        )
    )


def test_a_cell_does_not_vouch_for_what_asks_who_enrolled_it(home: ACommunity) -> None:
    asker, signer, third = (serving(home, "coordinator") for _ in range(3))
    shell = enrolled(home, asker, signer, "Cangkang")
    soon = home.later(days=31)
    for hand in (asker, signer):
        with pytest.raises(FromTheSameHand) as refusal:
            vouch(soon, shell, asked(soon, hand, "Baru"))
        assert refusal.value.facts == {"days": 180}
    vouch(soon, shell, asked(soon, third, "Lain"))
    later = home.later(days=181)
    vouch(later, shell, asked(later, asker, "Kelak"))


def test_a_cell_is_here_for_thirty_days_before_it_vouches(home: ACommunity) -> None:
    asker, signer, third = (serving(home, "coordinator") for _ in range(3))
    cell = enrolled(home, asker, signer, "Kebun")
    early = home.later(days=29)
    act = asked(early, third, "Baru")
    with pytest.raises(TooNewToVouch):
        vouch(early, cell, act)
    vouch(home.later(days=31), cell, act)


def test_a_frozen_cell_does_not_vouch(home: ACommunity, do: Do) -> None:
    cell = home.enrol(a_cell())
    act = asked(home, serving(home, "coordinator"))
    place = (home.view.id, cell.account)
    do(lambda s: set_status(s, *place, status="frozen", authority="act:1", now=home.now))
    with pytest.raises(MayNotVouch):
        vouch(home, cell, act)


def test_the_trail_names_the_cells_that_vouched_and_the_new_number(
    home: ACommunity, do: Do
) -> None:
    one, two = home.enrol(a_cell("Warung")), home.enrol(a_cell("Bengkel"))
    act = asked(home, serving(home, "coordinator"))
    vouch(home, two, act)
    vouch(home.later(minutes=1), one, act)
    (seen,) = trail(home, do)
    assert (seen.vouchers, seen.signer, seen.number) == (("Bengkel", "Warung"), "", 3)


def test_a_cell_that_is_renamed_is_warned_of_names_alike(home: ACommunity, do: Do) -> None:
    home.enrol(a_cell("Kebun Baru"))
    cell = home.enrol(a_cell("Warung"))

    def rename(name: str, **changes: Any) -> None:
        def work(session: Any) -> None:
            known = description(session, cell)
            describe(session, cell, replace(known, name=name, **changes))

        do(work)

    rename("WARUNG")
    with pytest.raises(NameLooksLike):
        rename("Kebun 8aru")
    rename("Kebun 8aru", is_name_meant=True)
    rename("Kebun 8aru")
