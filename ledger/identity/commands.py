"""People from the command line: for the first ones, and for those who are locked out."""

from __future__ import annotations

import click
from flask.cli import AppGroup
from sqlalchemy.orm import Session

from ledger.identity import queries, service
from ledger.identity.errors import PersonNotFound
from ledger.identity.rules.passwords import PasswordHash, hash_password
from ledger.identity.service import Register
from ledger.kernel import clock
from ledger.kernel.errors import LedgerError
from ledger.persistence.unit_of_work import in_unit_of_work
from ledger.text.prose import explain
from ledger.text.speaker import LANGUAGES, Speaker
from ledger.web.runtime import engine

people = AppGroup("people", help="Register people and set their passwords.")


@people.command("add")
@click.argument("name")
@click.option("--email", help="To sign in with, and for mail.")
@click.option("--phone", help="To sign in with: 0812… or +62812…")
@click.option("--language", type=click.Choice(sorted(LANGUAGES)), default="id")
@click.password_option(help="Asked for when it is not given.")
def add(name: str, email: str | None, phone: str | None, language: str, password: str) -> None:
    """Register a person called NAME, who may then sign in."""
    try:
        kept = hash_password(password, [name, email or "", phone or ""])
        command = Register(name, email, phone, language, kept)
        person_id = in_unit_of_work(
            engine(), lambda session: service.register(session, command, clock.now())
        )
    except LedgerError as error:
        raise click.ClickException(explain(error, Speaker("en"))) from error
    click.echo(f"Person {person_id} is registered.")


@people.command("password")
@click.argument("contact")
@click.password_option(help="Asked for when it is not given.")
def password(contact: str, password: str) -> None:
    """Set the password of the person with the e-mail or phone CONTACT; end their sessions."""
    try:
        kept = hash_password(password, [contact])
        in_unit_of_work(engine(), lambda session: _set_password(session, contact, kept))
    except LedgerError as error:
        raise click.ClickException(explain(error, Speaker("en"))) from error
    click.echo("The password is set; all sessions have ended.")


def _set_password(session: Session, contact: str, kept: PasswordHash) -> None:
    person_id = queries.person_by_contact(session, contact)
    if person_id is None:
        raise PersonNotFound
    service.set_password(session, person_id, kept, clock.now())
