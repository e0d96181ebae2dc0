"""Market day: a coordinator with a stack of paper, and the two cells that are told."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy.orm import Session

from ledger.identity import queries as identity
from ledger.members.service import let_act_for
from ledger.persistence.unit_of_work import in_unit_of_work
from tests.communities import ACommunity
from tests.journeys.member import PHONE, Member
from tests.journeys.phones import Phones, on_a_phone

pytestmark = pytest.mark.browser

in_english = pytest.mark.parametrize(("page", "member"), [(PHONE, "en")], indirect=True)
in_indonesian = pytest.mark.parametrize(("page", "member"), [(PHONE, "id")], indirect=True)

Check = Callable[[Page], None]


@pytest.fixture
def coordinator(member: Member, site: str) -> Member:
    """Citra, who serves and acts for SB002, before an empty grid."""
    citra = Phones(member, site).serving("coordinator", "citra@example.org")
    community = member.community

    def join(db: Session) -> None:
        person = identity.person_by_contact(db, "citra@example.org")
        assert person is not None
        let_act_for(db, community.view.id, 2, person, "holder", community.now)

    in_unit_of_work(community.engine, join)
    citra.page.goto("/c/SB/desk")
    citra.follow("Market day")
    return citra


def type_line(at: Member, place: int, amount: str, **more: str) -> None:
    """Fill in a line with units and tenths, in the notation of the member's language."""
    mark = "," if at.speaker.language == "id" else "."
    line = {"number": str(place), "from": "1", "to": "SB004", "what": "Jamu", **more}
    for name, value in {**line, "amount": amount.replace(".", mark)}.items():
        at.page.fill(f"#{name}-{place}", value)


def balance(community: ACommunity, at: Member) -> int:
    return community.balance(at.siti)


@on_a_phone
def test_lines_are_checked_as_they_are_typed_and_good_ones_booked(
    member: Member, coordinator: Member, ensure_accessible: Check
) -> None:
    page = coordinator.page
    ensure_accessible(page)
    at = page.locator(".slip-end .btn-primary").bounding_box()
    assert at is not None
    point = [at["x"] + 9, at["y"] + 9]
    seen = page.evaluate("([x, y]) => document.elementFromPoint(x, y).value", point)
    assert seen == "book", "something covers the button at the foot of the phone"
    type_line(coordinator, 1, "12.50", book="A")
    expect(page.locator("#from-1-name")).to_have_text("Warung Siti")
    expect(page.locator("#to-1-name")).to_have_text("Jamu Ibu Yem")
    type_line(coordinator, 2, "5", to="SB777")
    expect(page.locator("#to-2-error")).to_be_visible()
    for place in (3, 4, 5, 6):
        type_line(coordinator, place, "1")
    expect(page.locator("#number-7")).to_be_visible()
    expect(page.locator("[data-told]")).to_contain_text("5 slip")
    expect(page.locator("[data-told]")).to_contain_text(
        coordinator.speaker.ngettext("%(count)s still wrong.", "%(count)s still wrong.", 1)
    )
    ensure_accessible(page)
    coordinator.press("Book the slips")
    expect(page.locator(".notice-good")).to_contain_text("5 slip")
    expect(page.locator("#to-1-error")).to_be_visible()
    expect(page.locator("#book-1")).to_have_value("A")
    ensure_accessible(page)
    page.reload()
    expect(page.locator("#to-1")).to_have_value("SB777")
    page.fill("#to-1", "Batik Melati")
    coordinator.press("Book the slips")
    page.wait_for_url("**/slips?batch=**")
    assert balance(member.community, member) == -2150
    page.reload()
    expect(page.locator("#number-1")).to_have_value("")

    member.sign_in()
    member.page.locator("a[href$='/SB001/slips']").click()
    member.sees("Typed from paper")
    ensure_accessible(member.page)


@in_english
def test_without_signal_the_stack_is_kept_and_booked_once(
    member: Member, coordinator: Member
) -> None:
    page = coordinator.page
    page.press("#book-1", "Enter")
    expect(page.locator("#number-1")).to_be_focused()
    for place in (1, 2, 3, 4, 5, 6):
        type_line(coordinator, place, "2", **({"book": "A"} if place == 1 else {}))
    page.context.set_offline(True)
    type_line(coordinator, 7, "2")
    expect(page.locator("#from-7-name")).to_have_text("Warung Siti")
    expect(page.locator("[data-told]")).to_contain_text("No signal")
    coordinator.press("Book the slips")
    expect(page.get_by_role("alert")).to_be_visible()
    page.context.set_offline(False)
    page.reload()
    expect(page.locator("#number-7")).to_have_value("7")
    expect(page.locator("[data-kept]")).not_to_be_empty()
    page.locator("button[name=language][value=id]").click()
    page.wait_for_url("**/slips/stacks/*")
    expect(page.locator("#amount-7")).to_have_value("2,00")
    page.locator("button[name=language][value=en]").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    page.fill("#what-7", "Kunyit")
    page.reload()
    expect(page.locator("#what-7")).to_have_value("Kunyit")
    expect(page.locator("#amount-7")).to_have_value("2")  # read elsewhere, and so as it was
    keys = page.locator("[name^=key-]").evaluate_all("keys => keys.map(key => key.value)")
    assert len(set(keys)) == len(keys)
    page.route("**/c/SB/slips", lambda route: (route.fetch(), route.abort()))
    coordinator.press("Book the slips")
    expect(page.get_by_role("alert")).to_be_visible()
    page.unroute("**/c/SB/slips")
    coordinator.press("Book the slips")
    page.wait_for_url("**/slips?batch=**")
    expect(page.locator(".notice-good")).to_contain_text("7 slip")
    assert balance(member.community, member) == -1400


@in_english
def test_a_stack_saved_just_before_the_page_came_again_is_found(coordinator: Member) -> None:
    page = coordinator.page
    before = page.request.get("/c/SB/slips").text()
    type_line(coordinator, 1, "2", book="A")
    type_line(coordinator, 2, "3")
    expect(page.locator("[data-kept]")).not_to_be_empty()
    page.route("**/c/SB/slips", lambda route: route.fulfill(body=before, content_type="text/html"))
    page.reload()
    page.wait_for_url("**/slips/stacks/*")
    expect(page.locator("#amount-2")).to_have_value("3")


@in_english
def test_a_stack_booked_elsewhere_does_not_come_back(coordinator: Member) -> None:
    page = coordinator.page
    type_line(coordinator, 1, "2", book="A")
    expect(page.locator("[data-kept]")).not_to_be_empty()
    page.goto("/c/SB/slips/typed")
    other = page.context.new_page()
    other.goto("/c/SB/slips")
    other.locator("[data-stacks] a").click()
    other.get_by_role("button", name="Book the slips").click()
    other.wait_for_url("**/slips?batch=**")
    with page.expect_response(lambda got: got.request.method == "HEAD") as asked:
        page.goto("/c/SB/slips")
    assert asked.value.status == 404
    page.wait_for_function("sessionStorage.length === 0")
    expect(page.locator("#number-1")).to_have_value("")


@on_a_phone
def test_a_stack_goes_on_on_another_phone_and_two_never_write_over_each_other(
    member: Member, coordinator: Member, site: str, ensure_accessible: Check
) -> None:
    page = coordinator.page
    type_line(coordinator, 1, "12.50", book="A")
    type_line(coordinator, 2, "5", to="SB777")
    expect(page.locator("[data-kept]")).not_to_be_empty()
    dewi = Phones(member, site).serving("coordinator", "dewi@example.org")
    dewi.page.goto("/c/SB/slips")
    ensure_accessible(dewi.page)
    dewi.page.locator("[data-stacks] a").click()
    expect(dewi.page.locator("#to-2")).to_have_value("SB777")
    expect(dewi.page.locator("#to-2-error")).to_be_visible()
    dewi.page.fill("#to-2", "SB004")
    type_line(dewi, 3, "1")
    expect(dewi.page.locator("[data-kept]")).not_to_be_empty()
    ensure_accessible(dewi.page)

    type_line(coordinator, 3, "7", number="9")
    expect(page.locator("[data-moved]")).to_be_visible()
    ensure_accessible(page)
    coordinator.press("Keep mine apart")
    page.wait_for_url("**/slips/stacks/*")
    expect(page.locator("#number-3")).to_have_value("9")

    dewi.press("Book the slips")
    dewi.page.wait_for_url("**/slips?batch=**")
    assert balance(member.community, member) == -1850
    expect(dewi.page.locator("[data-stacks] a")).to_have_count(1)
    page.reload()
    expect(page.locator("#number-1-error")).to_be_visible()
    page.locator("summary", has_text=coordinator.say("Throw this stack away")).click()
    ensure_accessible(page)
    coordinator.press("Throw it away")
    page.wait_for_url("**/c/SB/slips")
    expect(page.locator("[data-stacks]")).to_have_count(0)
    expect(page.locator("#number-1")).to_have_value("")


@in_indonesian
def test_the_grid_works_without_a_script(member: Member, coordinator: Member) -> None:
    context = coordinator.page.context.browser.new_context(  # type: ignore[union-attr]
        java_script_enabled=False, storage_state=coordinator.page.context.storage_state()
    )
    page = context.new_page()
    plain = Member(page, coordinator.speaker, member.community, member.siti)
    page.goto(coordinator.page.url)
    type_line(plain, 1, "12.50", book="A")
    type_line(plain, 2, "5", to="SB777")
    plain.press("Check")
    expect(page.locator("#from-1-name")).to_have_text("Warung Siti")
    expect(page.locator("#to-2-error")).to_be_visible()
    assert balance(member.community, member) == 0
    plain.press("Save for later")
    page.wait_for_url("**/slips/stacks/*")
    expect(page.locator("#to-2")).to_have_value("SB777")
    plain.press("More lines")
    expect(page.locator("#number-12")).to_be_visible()
    plain.press("Book the slips")
    expect(page.locator(".notice-good")).to_contain_text("1 slip")
    page.fill("#to-1", "SB003")
    plain.press("Book the slips")
    page.wait_for_url("**/slips?batch=**")
    assert balance(member.community, member) == -1750
    context.close()


@on_a_phone
def test_a_cell_objects_and_a_coordinator_reverses(
    member: Member, coordinator: Member, ensure_accessible: Check
) -> None:
    type_line(coordinator, 1, "30", book="A")
    coordinator.press("Book the slips")
    coordinator.page.wait_for_url("**/slips?batch=**")

    member.sign_in()
    member.page.locator("a[href$='/SB001/slips']").click()
    member.follow("Jamu")
    member.page.locator("summary", has_text=member.say("Object")).click()
    member.fill("What is wrong?", "Seharusnya 3")
    ensure_accessible(member.page)
    member.press("Object")
    expect(member.page.locator(".notice-warning")).to_contain_text("Seharusnya 3")
    member.page.goto("/c/SB/SB001/")
    ensure_accessible(member.page)

    page = coordinator.page
    page.goto("/c/SB/desk")
    coordinator.follow("Objections to paper slips")
    ensure_accessible(page)
    coordinator.follow("Slip %(slip)s")
    coordinator.press("Reverse it")
    expect(page.locator("#answer-error")).to_be_visible()
    coordinator.fill("Your answer", "Benar: tertulis 3")
    ensure_accessible(page)
    coordinator.press("Reverse it")
    expect(page.locator(".notice-good")).to_contain_text("Benar: tertulis 3")
    assert balance(member.community, member) == 0
    member.page.reload()
    member.page.goto("/c/SB/SB001/history")
    expect(member.page.locator(".entries")).to_contain_text("A 1")


@on_a_phone
def test_empty_slips_are_made_to_be_printed(coordinator: Member, ensure_accessible: Check) -> None:
    page = coordinator.page
    coordinator.follow("Print empty slips")
    ensure_accessible(page)
    coordinator.press("Make the slips")
    page.wait_for_url("**/slips/sheets/A")
    expect(page.locator(".paper-slip")).to_have_count(24)
    expect(page.get_by_role("button", name=coordinator.say("Print"))).to_be_visible()
    expect(page.locator(".paper").first).to_have_css("display", "grid")
    ensure_accessible(page)
    page.emulate_media(media="print")
    expect(page.locator(".masthead")).to_be_hidden()
    expect(page.get_by_role("button", name=coordinator.say("Print"))).to_be_hidden()
