"""More people with a phone of their own, beside the member before the first browser."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from playwright.sync_api import BrowserContext

from ledger.members import service
from ledger.persistence.unit_of_work import in_unit_of_work
from tests.identity.people import PASSWORD
from tests.journeys.member import PHONE, Member, let_sign_in

on_a_phone = pytest.mark.parametrize(
    ("page", "member"),
    [(PHONE, "id"), (PHONE, "en")],
    indirect=True,
    ids=["phone-id", "phone-en"],
)


@dataclass
class Phones:
    """Hands out phones; `site` is the address of the portal."""

    member: Member
    site: str

    def new(self) -> Member:
        """A phone in which nobody is signed in, in the member's language."""
        context = self._context()
        if self.member.speaker.language != "id":
            context.add_cookies([{"name": "language", "value": "en", "url": self.site}])
        page = context.new_page()
        page.goto(self.site)
        return Member(page, self.member.speaker, self.member.community, self.member.siti)

    def of(self, email: str, password: str = PASSWORD) -> Member:
        """A phone in which the person with this address is signed in."""
        phone = self.new()
        phone.page.goto("/sign-in")
        phone.fill("E-mail, phone or member number", email)
        phone.fill("Password", password)
        phone.press("Sign in")
        phone.page.wait_for_url(lambda address: "/sign-in" not in address)
        return phone

    def serving(self, role: str, email: str) -> Member:
        """A phone of somebody who serves the community in this role."""
        community = self.member.community
        person = community.a_person()
        in_unit_of_work(
            community.engine,
            lambda s: service.grant_role(
                s, community.view.id, person, role, "founding", community.now
            ),
        )
        let_sign_in(community.engine, person, email)
        return self.of(email)

    def _context(self) -> BrowserContext:
        browser = self.member.page.context.browser
        assert browser is not None
        return browser.new_context(base_url=self.site, viewport=PHONE, locale="id-ID")  # type: ignore[arg-type]
