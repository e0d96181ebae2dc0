"""Moving in: a coordinator uploads and looks, a steward signs; bad books stay out."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from ledger.jobs.service import run_due
from ledger.kernel import clock
from ledger.web.runtime import EXTENSION
from tests.journeys.member import Member
from tests.journeys.phones import Phones, on_a_phone
from tests.trades.moving import CYCLOS, SIMPUL_MEMBERS, SIMPUL_TRADES

pytestmark = pytest.mark.browser

Check = Callable[[Page], None]

MEMBERS = CYCLOS + (
    '"Warung Bu Sri",busri,geheim,sri@example.org,01/05/2012,"1.150,50",200,1000\n'
    '"Kebun Pak Jo",jo,geheim,,02/05/2012,"-40,25",100,\n'
)


def written(folder: Path, name: str, text: str) -> str:
    """The path of a file with this text."""
    file = folder / name
    file.write_text(text, "utf-8-sig")
    return str(file)


def due(app: Flask) -> None:
    """Do what is due of uploads."""
    parts = app.extensions[EXTENSION]
    kinds = {kind: act for kind, act in parts.job_handlers.items() if kind == "move_in"}
    run_due(parts.engine, kinds, clock.now())


@on_a_phone
def test_books_of_cyclos_come_in_with_two_signatures(
    app: Flask, member: Member, site: str, tmp_path: Path, ensure_accessible: Check
) -> None:
    phones = Phones(member, site)
    coordinator = phones.serving("coordinator", "citra@example.org")
    coordinator.page.goto("/c/SB/desk")
    coordinator.follow("Move in from earlier books")
    ensure_accessible(coordinator.page)
    coordinator.page.locator("#layout").select_option("cyclos3")
    coordinator.press("Look at it")
    expect(coordinator.page.locator("#members_file-error")).to_be_visible()
    coordinator.page.locator("#days").select_option("dmy")
    coordinator.page.locator("#decimal").select_option("comma")
    coordinator.page.locator("#members_file").set_input_files(
        written(tmp_path, "anggota.csv", MEMBERS)
    )
    coordinator.press("Look at it")
    coordinator.sees("What would be taken in")
    expect(coordinator.page.locator("main")).to_contain_text("Warung Bu Sri")
    expect(coordinator.page.locator("main")).to_contain_text("SB005")
    expect(coordinator.page.locator("main")).to_contain_text("Kas saldo awal")
    ensure_accessible(coordinator.page)
    coordinator.press("Put it before a steward")
    expect(coordinator.page.locator("#reason-error")).to_be_visible()
    coordinator.fill("Where do these books come from?", "Dari Cyclos, cadangan bulan Mei")
    coordinator.press("Put it before a steward")
    expect(coordinator.page.locator(".notice")).to_be_visible()

    steward = phones.serving("steward", "ana@example.org")
    steward.page.goto("/c/SB/desk")
    steward.follow("Look at what would be taken in")
    steward.sees("What would be taken in")
    steward.page.go_back()
    steward.press_first(".deed .btn-primary")
    coordinator.page.reload()
    expect(coordinator.page.locator("progress")).to_be_visible()
    ensure_accessible(coordinator.page)
    due(app)
    coordinator.follow("Look again")
    coordinator.sees("Their numbers here")
    expect(coordinator.page.locator("main")).to_contain_text("busri")
    ensure_accessible(coordinator.page)

    coordinator.page.goto("/c/SB/")
    expect(coordinator.page.locator("main")).to_contain_text("Kas saldo awal")
    coordinator.page.goto("/c/SB/members?q=Warung+Bu+Sri")
    expect(coordinator.page.locator("main")).to_contain_text("SB005")


@on_a_phone
def test_broken_books_are_named_line_by_line_and_stay_out(
    member: Member, site: str, tmp_path: Path, ensure_accessible: Check
) -> None:
    coordinator = Phones(member, site).serving("coordinator", "citra@example.org")
    coordinator.page.goto("/c/SB/moving-in")
    cells = SIMPUL_MEMBERS + "SB011,Bersama Muda,,,,,,,,,,2025-11-01,300,\n"
    trades = SIMPUL_TRADES + "T1,2026-01-01,SB011,SB099,=1+1,Beras,\nT2,kemarin,SB011,SB001,1,,\n"
    coordinator.page.locator("#members_file").set_input_files(written(tmp_path, "m.csv", cells))
    coordinator.page.locator("#trades_file").set_input_files(written(tmp_path, "t.csv", trades))
    coordinator.press("Look at it")
    coordinator.page.wait_for_url("**/moving-in/1")
    expect(coordinator.page.locator(".entries li")).to_have_count(2)
    ensure_accessible(coordinator.page)
    with coordinator.page.expect_download() as loading:
        coordinator.follow("All bad lines as a table (CSV)")
    text = Path(loading.value.path()).read_text("utf-8-sig")
    assert [line.split(",")[:2] for line in text.splitlines()] == [
        ["file", "line"],
        ["t.csv", "2"],
        ["t.csv", "3"],
    ]
    assert ",=" not in text, "a spreadsheet would run it"
    coordinator.press("Forget this upload")
    coordinator.page.wait_for_url("**/moving-in")
    expect(coordinator.page.locator("main")).not_to_contain_text("m.csv")
