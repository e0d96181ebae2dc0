"""The constitution: read, compared, downloaded, and put to all members anew."""

from __future__ import annotations

from itertools import pairwise

from flask import jsonify, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from ledger.governance import queries, service
from ledger.governance.errors import ConstitutionUnknown, NothingChanged
from ledger.governance.pages.articles import CHAPTERS, differences, entries, told
from ledger.governance.pages.blueprint import pages, read, write
from ledger.governance.queries import ConstitutionView
from ledger.governance.schemas.articles import ConstitutionSchema
from ledger.kernel import clock
from ledger.kernel.errors import Conflict, Forbidden, Refused
from ledger.members.queries import Standing
from ledger.members.service.wording import SIGHTS
from ledger.web import forms, guard, runtime
from ledger.web.forms import Form

_NAMES = tuple(one.name for _, articles in CHAPTERS for one in articles)


@pages.get("/c/<code>/constitution")
@guard.open_to("community")
def constitution() -> ResponseReturnValue:
    """The version in force, article by article."""
    standing: Standing = guard.standing()
    found = read(lambda db: queries.constitutions(db, standing.community))
    return _page(found, found[0])


@pages.get("/c/<code>/constitution/<int:version>")
@guard.open_to("community")
def constitution_of(version: int) -> ResponseReturnValue:
    """A version of its own address: what a decision names. Raises `ConstitutionUnknown`."""
    standing: Standing = guard.standing()
    found = read(lambda db: queries.constitutions(db, standing.community))
    return _page(found, _version(found, version))


@pages.get("/c/<code>/constitution/<int:version>.json")
@guard.open_to("community")
def constitution_file(version: int) -> ResponseReturnValue:
    """A version as a document of integers, with its digest. Raises `ConstitutionUnknown`."""
    standing: Standing = guard.standing()
    community = standing.community
    one = _version(read(lambda db: queries.constitutions(db, community)), version)
    answer = jsonify(
        {
            "community": community.code,
            "version": one.version,
            "authority": one.authority,
            "constitution": one.text.document(),
            "digest": one.text.digest().hex(),
        }
    )
    name = f"{community.code}-constitution-{version}.json"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


@pages.get("/c/<code>/constitution/change")
@guard.open_to("community")
def change_constitution() -> ResponseReturnValue:
    """The form: every article a field, filled with what is in force."""
    standing: Standing = guard.standing()
    in_force = read(lambda db: queries.constitutions(db, standing.community))[0]
    values = entries(in_force.text, standing.community.unit)
    return _form(forms.blank(replaces=str(in_force.version), **values), in_force)


@pages.post("/c/<code>/constitution/change")
@guard.open_to("community")
def propose_constitution() -> ResponseReturnValue:
    """Show what would change; once that is confirmed, put it to all members."""
    standing: Standing = guard.standing()
    in_force = read(lambda db: queries.constitutions(db, standing.community))[0]
    form = forms.read(ConstitutionSchema())
    if not form.ok:
        return _form(form, in_force)
    if not form.data["sure"]:
        return _confirm(form, in_force)
    try:
        number = write(lambda db: _propose(db, standing, form))
    except (Refused, Conflict, Forbidden) as refusal:
        return _form(form.refused(refusal), in_force)
    return redirect(url_for(".member_vote", vote=number), code=303)


def _propose(db: Session, standing: Standing, form: Form) -> int:
    data = form.data
    command = service.ProposeConstitution(
        data["text"], data["replaces"], data["reasons"], data["request_key"]
    )
    return service.propose_constitution(db, standing, command, clock.now())


def _version(found: list[ConstitutionView], version: int) -> ConstitutionView:
    for one in found:
        if one.version == version:
            return one
    raise ConstitutionUnknown


def _page(found: list[ConstitutionView], shown: ConstitutionView) -> ResponseReturnValue:
    standing: Standing = guard.standing()
    before = next((one for one in found if one.version == shown.version - 1), None)
    unit = standing.community.unit
    return render_template(
        "governance/constitution.html",
        chapters=told(shown.text, unit, before.text if before else None),
        shown=shown,
        versions=found,
        changes={
            one.version: differences(old.text, one.text, unit) for one, old in pairwise(found)
        },
        standing=standing,
    )


def _form(form: Form, in_force: ConstitutionView) -> ResponseReturnValue:
    say = runtime.speaker().gettext
    return forms.page(
        "governance/constitution_change.html",
        form,
        chapters=CHAPTERS,
        in_force=in_force,
        options={
            "seats": [("5", "5"), ("7", "7")],
            "transparency": [(level, say(words)) for level, words in SIGHTS.items()],
        },
        standing=guard.standing(),
    )


def _confirm(form: Form, in_force: ConstitutionView) -> ResponseReturnValue:
    standing: Standing = guard.standing()
    changes = differences(in_force.text, form.data["text"], standing.community.unit)
    if not changes:
        return _form(form.refused(NothingChanged()), in_force)
    return forms.page(
        "governance/constitution_confirm.html",
        form,
        changes=changes,
        names=(*_NAMES, "replaces", "reasons"),
        discussion=in_force.text.terms.discussion,
        standing=standing,
    )
