"""What a person keeps when the signal goes, and that a double tap is one."""

from collections.abc import Callable

import pytest
from flask import Flask
from playwright.sync_api import Page, Route, expect

from config import Settings
from tests.journeys.conftest import PHONE
from tests.web.conftest import BOOKED, furnish

pytestmark = pytest.mark.browser
on_a_phone = pytest.mark.parametrize("page", [PHONE], indirect=True)

FORM = "/c/SB/SB001/take"


@pytest.fixture
def app(settings: Settings) -> Flask:
    """The small house of the edge's tests, with forms' tokens in force."""
    BOOKED.clear()
    app = furnish(settings)
    app.config["WTF_CSRF_ENABLED"] = True
    return app


@pytest.fixture
def form(page: Page) -> Page:
    """Siti, signed in, before a filled-in form."""
    page.goto("/in/token-of-siti")
    page.goto(FORM)
    fill(page)
    return page


def fill(page: Page) -> None:
    page.fill("#payer", "SB002")
    page.fill("#amount", "25.50")
    page.fill("#what", "Beras")


def send(page: Page) -> None:
    page.click(".form-end button")


@on_a_phone
def test_without_signal_the_text_stays_and_is_booked_once_it_is_sent(form: Page) -> None:
    form.context.set_offline(True)
    send(form)
    expect(form.get_by_role("alert")).to_contain_text("not recorded yet")
    assert form.input_value("#what") == "Beras"
    assert BOOKED == []
    form.context.set_offline(False)
    send(form)
    form.wait_for_url("**/open")
    assert [booked["amount"] for booked in BOOKED] == [2550]


@on_a_phone
def test_a_reload_brings_the_text_back_with_the_same_request_key(form: Page) -> None:
    key = form.input_value("[name=request_key]")
    form.context.set_offline(True)
    send(form)
    expect(form.get_by_role("alert")).to_be_visible()
    form.context.set_offline(False)
    form.reload()
    assert form.input_value("#amount") == "25.50"
    assert form.input_value("[name=request_key]") == key
    send(form)
    form.wait_for_url("**/open")
    assert [booked["request_key"] for booked in BOOKED] == [key]
    form.goto(FORM)
    assert form.input_value("#amount") == ""
    assert form.input_value("[name=request_key]") != key


@on_a_phone
def test_a_portal_that_fails_leaves_the_text_for_the_next_try(form: Page) -> None:
    key = form.input_value("[name=request_key]")
    form.route(f"**{FORM}", lambda route: route.fulfill(status=400, body="<h1>Later</h1>"))
    send(form)
    expect(form.get_by_role("heading", name="Later")).to_be_visible()
    form.unroute(f"**{FORM}")
    form.goto(FORM)
    assert form.input_value("#what") == "Beras"
    assert form.input_value("[name=request_key]") == key


@on_a_phone
def test_an_amount_is_typed_anew_in_another_language(form: Page) -> None:
    form.evaluate("document.documentElement.lang = 'xx'")
    form.context.set_offline(True)
    send(form)
    expect(form.get_by_role("alert")).to_be_visible()
    form.context.set_offline(False)
    form.reload()
    assert form.input_value("#what") == "Beras"
    assert form.input_value("#amount") == ""


@on_a_phone
def test_a_double_tap_sends_once(form: Page) -> None:
    form.evaluate(
        "() => { const b = document.querySelector('.form-end button'); b.click(); b.click(); }"
    )
    form.wait_for_url("**/open")
    assert len(BOOKED) == 1


@on_a_phone
def test_signing_out_wipes_what_was_kept(form: Page) -> None:
    form.context.set_offline(True)
    send(form)
    expect(form.get_by_role("alert")).to_be_visible()
    assert "25.50" in form.evaluate("JSON.stringify(sessionStorage)")
    form.context.set_offline(False)
    form.context.clear_cookies()
    form.goto("/no-such-page")
    assert form.evaluate("sessionStorage.length") == 0


@on_a_phone
def test_what_is_wrong_is_shown_in_place_and_read_out(form: Page) -> None:
    form.fill("#amount", "1,5")
    send(form)
    expect(form.locator("#amount-error")).to_be_visible()
    expect(form.locator("#problem")).to_be_focused()
    assert form.input_value("#what") == "Beras"


def test_a_form_with_errors_has_nothing_that_axe_finds(
    form: Page, ensure_accessible: Callable[[Page], None]
) -> None:
    ensure_accessible(form)
    form.fill("#amount", "1,5")
    send(form)
    expect(form.locator("#amount-error")).to_be_visible()
    ensure_accessible(form)
    for scheme in ("dark", "light"):
        form.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]
        ensure_accessible(form)


def test_it_works_without_javascript(form: Page) -> None:
    context = form.context.browser.new_context(  # type: ignore[union-attr]
        java_script_enabled=False, storage_state=form.context.storage_state()
    )
    page = context.new_page()
    page.goto(form.url)
    fill(page)
    send(page)
    page.wait_for_url("**/open")
    context.close()
    assert len(BOOKED) == 1


@on_a_phone
def test_a_weak_signal_is_told_and_waited_for(form: Page) -> None:
    form.clock.install()
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    form.route(f"**{FORM}", hold)
    send(form)
    form.clock.fast_forward(3000)
    expect(form.get_by_role("status")).to_contain_text("Still sending")
    held[0].continue_()
    form.wait_for_url("**/open")
    assert len(BOOKED) == 1


@on_a_phone
def test_who_gets_no_answer_may_send_again(form: Page) -> None:
    form.evaluate("AbortSignal.timeout = () => AbortSignal.abort()")
    send(form)
    expect(form.get_by_role("alert")).to_contain_text("not recorded yet")
    assert form.input_value("#what") == "Beras"
