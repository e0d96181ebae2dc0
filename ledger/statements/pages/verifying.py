"""Checking a receipt, or a statement by its file, its PDF or its fingerprint; and the program."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from flask import Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from ledger.kernel import clock
from ledger.members import queries as members
from ledger.persistence.unit_of_work import in_unit_of_work
from ledger.statements import queries, verify
from ledger.statements.pages.blueprint import pages
from ledger.statements.pages.wording import FINDINGS
from ledger.statements.queries import Known
from ledger.statements.schemas import CheckReceiptSchema, CheckSchema
from ledger.text.phrases import N_
from ledger.trades import queries as trades
from ledger.trades.errors import NoSuchReceipt
from ledger.web import forms, guard, runtime


@dataclass(frozen=True, slots=True)
class _Checked:
    """What came of a check. `known` is what it is of, `findings` are messages, none if all fits."""

    fingerprint: str
    known: Known | None
    by_file: bool
    findings: tuple[str, ...] = ()

    @property
    def is_sound(self) -> bool:
        """Whether it is one of ours, unchanged."""
        return self.known is not None and not self.findings


@pages.get("/verify")
@guard.open_to("anyone")
def check() -> ResponseReturnValue:
    """Check the fingerprint in the address, as the QR code on a statement leads here.

    A receipt is checked by its own page: who types its address is led there.
    """
    if "receipt" in request.args:
        return _receipt()
    if "fingerprint" not in request.args:
        return render_template("statements/verify.html", form=forms.blank(), checked=None)
    form = forms.read(CheckSchema(), query=True)
    if not form.ok:
        return forms.page("statements/verify.html", form, checked=None)
    wanted: bytes = form.data["fingerprint"]
    known = in_unit_of_work(runtime.engine(), lambda db: queries.known(db, wanted), write=False)
    return _answer(_Checked(wanted.hex(), known, by_file=False), form)


@pages.post("/verify")
@guard.open_to("anyone")
def check_file() -> ResponseReturnValue:
    """Check a file that was sent: a statement in JSON by its path, a PDF by its digest."""
    sent = request.files.get("file")
    written = sent.read() if sent else b""
    form = forms.blank()
    if not written:
        form = form.with_error(N_("Choose a file."), "file")
        return forms.page("statements/verify.html", form, checked=None)
    return _answer(
        in_unit_of_work(runtime.engine(), lambda db: _check(db, written), write=False), form
    )


@pages.get("/statements/verify.py")
@guard.open_to("anyone")
def program() -> ResponseReturnValue:
    """The program that checks without us: one file of Python's standard library."""
    response = Response(Path(verify.__file__).read_bytes(), content_type="text/x-python")
    response.headers.set("Content-Disposition", "attachment", filename="verify.py")
    return response


def _receipt() -> ResponseReturnValue:
    form = forms.read(CheckReceiptSchema(), query=True)
    if form.ok:
        token: str = form.data["receipt"]
        try:
            in_unit_of_work(
                runtime.engine(), lambda db: trades.receipt(db, token, clock.now()), write=False
            )
        except NoSuchReceipt:
            form = form.with_error(
                N_("There is no such receipt here. Compare the address sign by sign."), "receipt"
            )
        else:
            return redirect(url_for("trades.receipt", token=token), code=303)
    return forms.page("statements/verify.html", form, checked=None)


def _answer(checked: _Checked, form: forms.Form) -> ResponseReturnValue:
    status = 200 if checked.is_sound else 422
    return render_template("statements/verify.html", form=form, checked=checked), status


def _check(db: Session, written: bytes) -> _Checked:
    """Hold a file against the published roots of the community that it names."""
    try:
        fingerprint = verify.fingerprint(written)
        known = queries.known(db, bytes.fromhex(fingerprint))
        code = known.community.code if known else _code_in(written)
    except (AttributeError, LookupError, TypeError, ValueError):
        return _Checked("", None, True, (FINDINGS["shape"],))
    community = members.community_by_code(db, code) if code else None
    found = verify.verify(written, queries.roots_file(db, community) if community else None)
    messages = dict.fromkeys(FINDINGS[code] for code, _ in found)
    if community is None and not messages:
        messages = {FINDINGS["roots"]: None}
    return _Checked(fingerprint, known, True, tuple(messages))


def _code_in(written: bytes) -> str | None:
    if verify.is_pdf(written):
        return None
    read = verify.read(written)
    said = read["statement"] if "statement" in read else read["closing"]
    return said["community"] if isinstance(said["community"], str) else None
