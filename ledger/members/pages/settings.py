"""The community's settings: what is fixed, what only a vote changes, what two may change."""

from __future__ import annotations

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from ledger.kernel import clock
from ledger.kernel.errors import Conflict, Refused
from ledger.members import queries
from ledger.members.pages.blueprint import pages
from ledger.members.queries import Standing
from ledger.members.schemas import RenameSchema
from ledger.members.service import acts, renaming
from ledger.members.service.newcomers import newcomers_limit
from ledger.members.service.wording import SIGHTS
from ledger.persistence.unit_of_work import in_unit_of_work
from ledger.text.speaker import LANGUAGES
from ledger.web import forms, guard, runtime
from ledger.web.forms import Form


@pages.get("/c/<code>/settings")
@guard.open_to("community")
def settings() -> ResponseReturnValue:
    """How the community is set up, and who may change what of it."""
    standing: Standing = guard.standing()
    community = standing.community
    found, newcomers = in_unit_of_work(
        runtime.engine(),
        lambda db: (queries.transparencies(db, community.id), newcomers_limit(db, community)),
        write=False,
    )
    return render_template(
        "members/settings.html",
        standing=standing,
        about=community,
        language=LANGUAGES[community.language],
        transparencies=found,
        newcomers=-newcomers.floor,
        sights=SIGHTS,
    )


@pages.get("/c/<code>/settings/change")
@guard.open_to("coordinator")
def rename() -> ResponseReturnValue:
    """The form that asks for another name, place or language."""
    standing: Standing = guard.standing()
    community = standing.community
    values = {name: getattr(community, name) for name in ("name", "place", "language")}
    return _form(forms.blank(**values))


@pages.post("/c/<code>/settings/change")
@guard.open_to("coordinator")
def ask_rename() -> ResponseReturnValue:
    """Put it before a second person."""
    standing: Standing = guard.standing()
    form = forms.read(RenameSchema())
    if form.ok:
        data, now = form.data, clock.now()
        try:
            facts = renaming.facts_of(data["name"], data["place"], data["language"])
            in_unit_of_work(
                runtime.engine(),
                lambda db: acts.ask(db, standing, renaming.KIND, facts, data["reason"], now),
            )
            return redirect(url_for(".desk"), code=303)
        except (Refused, Conflict) as refusal:
            form = form.refused(refusal)
    return _form(form)


def _form(form: Form) -> ResponseReturnValue:
    return forms.page("members/rename.html", form, spoken=list(LANGUAGES.items()))
