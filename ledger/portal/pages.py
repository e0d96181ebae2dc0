"""The first page, home, why a limit is what it is, and the community."""

from __future__ import annotations

import json

from flask import Blueprint, Response, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from ledger.kernel import clock
from ledger.kernel.errors import NotFound
from ledger.members import queries as members
from ledger.members.queries import Acting, Reading, Standing
from ledger.members.service.wording import ROLES, SIGHTS
from ledger.persistence.unit_of_work import in_unit_of_work
from ledger.portal import queries
from ledger.text.phrases import N_
from ledger.web import errands, guard, runtime
from ledger.web.addresses import whole
from ledger.web.errands import Errand

pages = Blueprint("portal", __name__)

AUTHORITIES = {
    "founding": N_("set when the community was founded"),
    "default": N_("the same for all, by the community's constitution"),
    "import": N_("taken over from earlier books, not voted"),
    "decision": N_("decided by vote"),
}


@pages.get("/")
@guard.open_to("anyone")
def first() -> ResponseReturnValue:
    """The way in for strangers; for members the way to their cell, or a choice of several."""
    who = guard.visitor()
    if who is None:
        found = in_unit_of_work(runtime.engine(), queries.welcomes, write=False)
        return render_template("portal/first.html", welcomes=found)
    places = in_unit_of_work(
        runtime.engine(),
        lambda db: members.communities_of(db, who.person_id, clock.now()),
        write=False,
    )
    ways = _ways(places)
    if len(ways) == 1:
        return redirect(ways[0], code=303)
    return render_template("portal/choose.html", places=places, roles=ROLES)


@pages.get("/c/<code>/<number>/")
@guard.open_to("acting")
def home() -> ResponseReturnValue:
    """Where the cell stands: three figures, the last movements, and the way to *I got*."""
    acting: Acting = guard.acting()
    found = in_unit_of_work(
        runtime.engine(), lambda db: queries.home(db, acting, clock.now()), write=False
    )
    return render_template(
        "portal/home.html", home=found, unit=acting.community.unit, sights=SIGHTS
    )


@pages.get("/c/<code>/<number>/limit")
@guard.open_to("acting", "auditor")
def limit() -> ResponseReturnValue:
    """Why the cell's limit is what it is: every limit it had, by whose authority."""
    reading: Acting | Reading = guard.reading()
    found = in_unit_of_work(
        runtime.engine(), lambda db: queries.why(db, reading, clock.now()), write=False
    )
    return render_template(
        "portal/limit.html",
        why=found,
        reading=reading,
        unit=reading.community.unit,
        authorities=AUTHORITIES,
    )


@pages.get("/c/<code>/")
@guard.open_to("community")
def community() -> ResponseReturnValue:
    """What the community's books add up to, and what the visitor is in it."""
    standing: Standing = guard.standing()

    def read(
        db: Session,
    ) -> tuple[queries.CommunityFacts, queries.FirstSteps | None, list[Errand]]:
        now = clock.now()
        facts = queries.community_facts(db, standing.community, now)
        steps = queries.first_steps(db, standing.community, facts, now)
        return facts, steps, errands.waiting(db, standing, now)

    found, steps, waiting = in_unit_of_work(runtime.engine(), read, write=False)
    return render_template(
        "portal/community.html",
        facts_of=found,
        steps=steps if standing.roles else None,
        waiting=waiting,
        standing=standing,
        unit=standing.community.unit,
        roles=ROLES,
        sights=SIGHTS,
    )


@pages.get("/c/<code>/about")
@guard.open_to("anyone")
def about() -> ResponseReturnValue:
    """What a community shows to everybody. Raises `NotFound`."""
    found = in_unit_of_work(runtime.engine(), lambda db: _public(db, g.code), write=False)
    if found is None:
        raise NotFound
    runtime.speak(zone=found.community.zone)
    return render_template(
        "portal/about.html",
        about=found.community,
        facts_of=found.facts,
        cells=found.cells,
        sights=SIGHTS,
    )


@pages.get("/me/data.json")
@guard.open_to("signed_in")
def data() -> ResponseReturnValue:
    """What is kept of the visitor in every room, to take away."""
    who, parts = guard.visitor(), runtime.runtime()
    if who is None:
        raise NotFound
    found = in_unit_of_work(
        parts.engine,
        lambda db: queries.own_data(db, who.person_id, clock.now(), parts.session_life),
        write=False,
    )
    text = json.dumps(found, ensure_ascii=False, indent=2)
    response = Response(text, content_type="application/json; charset=utf-8")
    response.headers.set("Content-Disposition", "attachment", filename="simpul.json")
    return response


def _public(db: Session, code: str) -> queries.Public | None:
    community = members.community_by_code(db, code)
    page = request.args.get("page", default=1, type=whole)
    return queries.public(db, community, page, clock.now()) if community else None


def _ways(places: list[members.Belonging]) -> list[str]:
    """The pages where a person may want to begin: their cells, or a community they serve."""
    ways = []
    for place in places:
        code = place.community.code
        ways += [url_for(".home", code=code, number=cell.shown) for cell in place.cells]
        if not place.cells:
            ways.append(url_for(".community", code=code))
    return ways
