"""A member before their browser, who reads the pages in their own language."""

from __future__ import annotations

import re
from dataclasses import dataclass

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import Engine, update

from ledger.identity.model import Person
from ledger.members.queries import Acting
from ledger.persistence.unit_of_work import in_unit_of_work
from ledger.text.speaker import Speaker
from tests.communities import ACommunity
from tests.identity.people import PASSWORD, hashed

PHONE = {"width": 360, "height": 740}
DESK = {"width": 1280, "height": 800}

everywhere = pytest.mark.parametrize(
    ("page", "member"),
    [(PHONE, "id"), (PHONE, "en"), (DESK, "id")],
    indirect=True,
    ids=["phone-id", "phone-en", "desk-id"],
)
"""The fixture `member` on a phone in both languages, and at a desk."""


@dataclass
class Member:
    """Siti, who acts for a cell of a small community, before her browser."""

    page: Page
    speaker: Speaker
    community: ACommunity
    siti: Acting

    def say(self, words: str) -> re.Pattern[str]:
        """The English words as this member reads them, whatever their case and facts."""
        before_facts = self.speaker.gettext(words).split("%(")[0]
        return re.compile("^" + re.escape(before_facts), re.IGNORECASE)

    def fill(self, label: str, text: str) -> None:
        self.page.get_by_label(self.say(label)).fill(text)

    def press(self, words: str) -> None:
        self.page.get_by_role("button", name=self.say(words)).click()
        self.answered()

    def press_first(self, selector: str) -> None:
        """Press the first of several buttons that bear the same words."""
        self.page.locator(selector).first.click()
        self.answered()

    def answered(self) -> None:
        """Wait for the answer to a form that is on its way, to its end."""
        expect(self.page.locator("form[aria-busy=true]")).to_have_count(0)
        self.page.wait_for_load_state()

    def follow(self, words: str) -> None:
        self.page.get_by_role("link", name=self.say(words)).first.click()
        self.page.wait_for_load_state()  # the page's own script too: keys pressed before are lost

    def open_switch(self) -> None:
        """Unfold the menu at the top: cells, communities, one's account."""
        self.page.locator(".switch > summary").click()

    def sees(self, heading: str) -> None:
        expect(self.page.get_by_role("heading", name=self.say(heading)).first).to_be_visible()

    def sign_in(self) -> None:
        """From the first page to the home of SB001."""
        self.page.goto("/")
        if self.speaker.language != "id":
            self.page.get_by_role("button", name="English").click()
        self.follow("Sign in")
        self.enter()

    def enter(self) -> None:
        """From the form of signing in to the home of SB001."""
        self.fill("E-mail, phone or member number", "siti@example.org")
        self.fill("Password", PASSWORD)
        self.press("Sign in")
        self.page.wait_for_url("**/c/SB/SB001/")


def let_sign_in(engine: Engine, person_id: int, email: str) -> None:
    """Give a person of the tests an e-mail address and `PASSWORD`."""
    known = {"email": email, "password_hash": hashed(PASSWORD)}
    statement = update(Person).where(Person.id == person_id).values(known)
    in_unit_of_work(engine, lambda session: session.execute(statement))
