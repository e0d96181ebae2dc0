"""What is frozen is published, by whomever, and nothing that is free again."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Engine

from ledger.members import service
from ledger.persistence.unit_of_work import in_unit_of_work
from ledger.portal.queries import community_facts
from tests.communities import a_cell, a_community
from tests.members.office import Office


def test_freezes_of_both_kinds_are_published(engine: Engine, now: datetime) -> None:
    office = Office(a_community(engine, now), now)
    community = office.community.view
    voted = office.community.enrol(a_cell("Ojek"), 9)
    office.sign(office.ana, office.ask(office.citra, "freeze", cell=7))
    in_unit_of_work(
        engine,
        lambda s: service.freeze_by_decision(s, community.id, voted.account, "decision:1", now),
    )

    def published(at: datetime) -> tuple[list[int], dict[int, str], list[int]]:
        facts = in_unit_of_work(engine, lambda s: community_facts(s, community, at), write=False)
        now, over = ([one.number for one in some] for some in (facts.freezes, facts.thawed))
        return now, facts.frozen, over

    assert published(now) == ([7], {9: "Ojek"}, [])
    assert published(now + timedelta(days=3)) == ([], {9: "Ojek"}, [7])
