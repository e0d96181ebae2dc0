"""Anybody checks a statement: by its file, its fingerprint, and from the list of months."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from ledger.persistence.unit_of_work import in_unit_of_work
from ledger.statements import queries
from ledger.statements.rules.months import Month, month_at
from ledger.statements.verify import fingerprint
from tests.communities import ACommunity, a_cell, a_community
from tests.journeys.member import Member
from tests.journeys.phones import Phones, on_a_phone
from tests.statements.closing import closed_all

pytestmark = pytest.mark.browser

Check = Callable[[Page], None]


@on_a_phone
def test_a_stranger_checks_a_statement(
    member: Member, site: str, tmp_path: Path, ensure_accessible: Check
) -> None:
    elsewhere, month = a_closed_month(member)
    written = in_unit_of_work(elsewhere.engine, lambda s: file_of(s, elsewhere, month), write=False)
    (tmp_path / "good.json").write_bytes(written)
    (tmp_path / "bent.json").write_bytes(written.replace(b'"sent":500', b'"sent":501'))
    stranger = Phones(member, site).new()

    stranger.page.goto("/verify")
    ensure_accessible(stranger.page)
    answer = stranger.page.locator("#answer")
    stranger.page.locator("#file").set_input_files(tmp_path / "good.json")
    stranger.press("Check the file")
    expect(answer).to_contain_text(f"KL001-{month}")
    expect(answer.locator("strong")).to_have_text(stranger.say("Genuine and unchanged."))
    ensure_accessible(stranger.page)

    stranger.page.locator("#file").set_input_files(tmp_path / "bent.json")
    stranger.press("Check the file")
    expect(
        answer.locator("li", has_text=stranger.say("The figures do not add up."))
    ).to_be_visible()
    ensure_accessible(stranger.page)

    stranger.fill("The 64 digits and letters on the statement", fingerprint(written).upper())
    stranger.press("Check the fingerprint")
    expect(answer).to_contain_text(f"KL001-{month}")
    stranger.fill("The 64 digits and letters on the statement", "0" * 64)
    stranger.press("Check the fingerprint")
    expect(stranger.page.get_by_role("alert")).to_be_visible()
    ensure_accessible(stranger.page)


@on_a_phone
def test_the_months_of_a_community_are_open_to_all_and_its_lines_to_members(
    member: Member, site: str, ensure_accessible: Check
) -> None:
    elsewhere, month = a_closed_month(member)
    stranger = Phones(member, site).new()
    stranger.page.goto("/c/KL/about")
    stranger.follow("Closed months")
    ensure_accessible(stranger.page)
    stranger.page.locator(f"a[href='/c/KL/closings/{month}']").click()
    stranger.sees("Proof")
    ensure_accessible(stranger.page)
    with stranger.page.expect_download() as roots:
        stranger.follow("Download the roots")
    assert roots.value.suggested_filename == "KL-roots.json"
    answer = stranger.page.goto(f"/c/KL/closings/{month}/lines")
    assert answer
    assert answer.status == 404
    assert elsewhere.view.code == "KL"


def a_closed_month(member: Member) -> tuple[ACommunity, Month]:
    """A community of its own with a trade in a month that is closed."""
    began = member.community.now - timedelta(days=40)
    elsewhere = a_community(member.community.engine, began, "KL")
    dewi, budi = (elsewhere.enrol(a_cell().with_limit(100)) for _ in range(2))
    elsewhere.pay(dewi, budi, 5)
    closed_all(elsewhere.later(days=40))
    return elsewhere, month_at(began, elsewhere.view.zone)


def file_of(session: object, community: ACommunity, month: Month) -> bytes:
    view = queries.statement(session, community.view, 1, month)
    proof = queries.proof(session, community.view, 1, month)
    assert view
    assert proof
    return queries.statement_file(view, proof)
