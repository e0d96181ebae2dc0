"""The composition root: builds the application out of its rooms, and nothing else."""

from __future__ import annotations

import os
from dataclasses import asdict
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from flask import Flask
from jinja2 import StrictUndefined
from sqlalchemy import Engine
from sqlalchemy.orm import Session
from werkzeug.middleware.proxy_fix import ProxyFix

from config import PROJECT, Settings
from ledger.audit.commands import audit_command
from ledger.governance import pages as governance_pages
from ledger.governance.commands import governance
from ledger.governance.service import cell_left as governance_cell_left
from ledger.governance.service import handlers as governance_handlers
from ledger.governance.service import member_handlers as member_vote_handlers
from ledger.identity import pages as identity_pages
from ledger.identity.commands import people
from ledger.identity.rules.sessions import SessionLife
from ledger.identity.service import current_person, set_language
from ledger.identity.service import handlers as identity_handlers
from ledger.jobs.commands import jobs
from ledger.jobs.service import (
    FileMailer,
    Handler,
    Handlers,
    Inside,
    Outside,
    Payload,
    Regular,
    SmtpMailer,
    SmtpServer,
    mail_handler,
)
from ledger.journal.commands import seal_command
from ledger.journal.service import seal_all
from ledger.members import pages as member_pages
from ledger.members import queries as members
from ledger.members.commands import cells, communities
from ledger.members.service import handlers as member_handlers
from ledger.members.service.leaving import LEFT_JOB
from ledger.operations.commands import database_commands, demo_command, serve_command
from ledger.persistence.engine import make_engine
from ledger.portal import pages as portal_pages
from ledger.portal import queries as portal_queries
from ledger.statements import pages as statement_pages
from ledger.statements.commands import statements
from ledger.statements.service import begin_due as begin_statement_mail
from ledger.statements.service import close_due
from ledger.statements.service import draw_handler as statement_draw_handler
from ledger.statements.service import job_handlers as statement_handlers
from ledger.statements.service import mail_handler as statement_mail_handler
from ledger.statements.service import pdf_handler as statement_pdf_handler
from ledger.statements.service import send_news as send_objection_news
from ledger.text.phrases import N_
from ledger.text.templates import TEMPLATES, give_voice
from ledger.trades import pages as trades_pages
from ledger.trades.commands import trades
from ledger.trades.service import forget_old_stacks
from ledger.trades.service import job_handlers as trade_handlers
from ledger.trades.service.intake_work import handlers as intake_handlers
from ledger.web import (
    addresses,
    forgery,
    frame,
    guard,
    headers,
    health,
    language,
    packing,
    patience,
    problems,
    statics,
    uploads,
)
from ledger.web.frame import Way
from ledger.web.runtime import EXTENSION, Lookups, Runtime
from ledger.web.visitor import Visitor


def create_app(settings: Settings | None = None) -> Flask:
    """The application as `settings` say, or as the environment says.

    Raises `config.SettingsError`, and `RuntimeError` when a view does not declare
    to whom it is open.
    """
    settings = settings or Settings.from_environment(os.environ)
    app = Flask("simpul", template_folder=str(TEMPLATES), static_folder=None)
    _configure(app, settings)
    engine = make_engine(settings.database_url)
    life = SessionLife(
        timedelta(days=settings.session_idle_days), timedelta(days=settings.session_days)
    )
    app.extensions[EXTENSION] = Runtime(
        engine,
        _lookups(life),
        _job_handlers(engine, settings),
        _regular_work(engine, settings),
        settings.public_url,
        life,
        identity_pages.welcome,
    )
    patience.init_app(app)  # before anything else could have a request wait
    addresses.init_app(app)  # before the first route
    for part in (language, uploads, forgery, guard, problems, packing, statics, frame, health):
        part.init_app(app)
    headers.init_app(app, in_production=settings.in_production)
    _open_rooms(app)
    _offer_commands(app, engine, settings)
    if closed := guard.undeclared(app):
        raise RuntimeError(f"These views do not say to whom they are open: {closed}")
    return app


def _offer_commands(app: Flask, engine: Engine, settings: Settings) -> None:
    """What `flask` can do besides serving, where it needs the settings."""
    audit = audit_command(engine, settings.anchor_file)
    for command in (
        seal_command(engine, settings.anchor_file),
        audit,
        database_commands(settings, PROJECT / "migrations"),
        serve_command(settings, PROJECT),
        demo_command(settings, PROJECT / "migrations", PROJECT, audit),
    ):
        app.cli.add_command(command)


def _configure(app: Flask, settings: Settings) -> None:
    secure = settings.public_url.startswith("https://")
    app.config.update(
        SECRET_KEY=settings.secret_key,
        SESSION_COOKIE_NAME="__Host-simpul" if secure else "simpul",
        SESSION_COOKIE_SECURE=secure,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        PERMANENT_SESSION_LIFETIME=timedelta(days=settings.session_days),
        SESSION_REFRESH_EACH_REQUEST=False,
        MAX_CONTENT_LENGTH=2 * 1024 * 1024,
        MAX_FORM_MEMORY_SIZE=256 * 1024,
        TESTING=settings.environment == "test",
        PROPAGATE_EXCEPTIONS=False,
    )
    app.jinja_env.undefined = StrictUndefined
    give_voice(app.jinja_env)
    if hops := settings.trusted_proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]


def _lookups(life: SessionLife) -> Lookups:
    """What the edge asks of the rooms."""
    return Lookups(
        find_visitor=partial(_find_visitor, life),
        remember_language=set_language,
        find_member=members.person_by_number,
        own_words=members.own_words,
        find_acting=members.find_acting,
        find_standing=members.find_standing,
        find_reading=members.find_reading,
        find_places=members.communities_of,
        find_errands=_find_errands,
        find_agreed=members.agreed,
        find_decisions=portal_queries.decided,
    )


def _find_errands(db: Session, standing: Any, now: datetime) -> list[Any]:
    """What waits for those who serve, from every room that has something."""
    rooms = (
        governance_pages.find_errands,
        governance_pages.find_member_errands,
        trades_pages.find_errands,
    )
    return [errand for find in rooms for errand in find(db, standing, now)]


def _find_visitor(life: SessionLife, engine: Engine, token: str, now: datetime) -> Visitor | None:
    found = current_person(engine, token, now, life)
    if found is None:
        return None
    return Visitor(found.person.id, found.person.name, token, found.person.language)


def _job_handlers(engine: Engine, settings: Settings) -> Handlers:
    """Who does the work that is due."""
    smtp = settings.smtp
    mailer = SmtpMailer(SmtpServer(**asdict(smtp))) if smtp else FileMailer(settings.mail_directory)
    handlers: dict[str, Handler] = {
        "mail": Outside(mail_handler(mailer, settings.mail_from)),
        **identity_handlers(settings.public_url),
        **member_handlers(settings.public_url),
        **trade_handlers(settings.public_url),
        **statement_handlers(),
        "statement_pdf": statement_pdf_handler(engine, settings.public_url),
        "statement_draw": statement_draw_handler(engine, settings.public_url),
        "statement_objection_mail": partial(send_objection_news, public_url=settings.public_url),
        "statement_mail": statement_mail_handler(
            engine, mailer, settings.mail_from, settings.public_url
        ),
        **intake_handlers(engine),
        **governance_handlers(settings.public_url),
        **member_vote_handlers(settings.public_url),
    }
    return {**handlers, LEFT_JOB: _in_turn(handlers[LEFT_JOB], governance_cell_left)}


def _in_turn(first: Handler, then: Inside) -> Inside:
    """Two rooms' part in one job: both happen or neither."""

    def work(session: Session, payload: Payload, now: datetime) -> None:
        assert not isinstance(first, Outside)
        first(session, payload, now)
        then(session, payload, now)

    return work


def _regular_work(engine: Engine, settings: Settings) -> list[Regular]:
    """What is done every so often."""
    seal = partial(seal_all, engine, settings.anchor_file)
    return [
        Regular("seal", timedelta(minutes=1), seal),
        Regular(
            "close",
            timedelta(minutes=5),
            partial(close_due, engine, decided=portal_queries.decided),
        ),
        Regular("old stacks", timedelta(hours=1), partial(forget_old_stacks, engine)),
        Regular("statement mail", timedelta(minutes=5), partial(begin_statement_mail, engine)),
    ]


def _open_rooms(app: Flask) -> None:
    """Register every room's pages and commands."""
    rooms = (
        identity_pages,
        member_pages,
        trades_pages,
        governance_pages,
        statement_pages,
        portal_pages,
    )
    for blueprint in (room.pages for room in rooms):
        app.register_blueprint(blueprint)
    for command in (people, cells, communities, jobs, trades, governance, statements):
        app.cli.add_command(command)
    frame.lay_out(
        app,
        (
            Way("portal.home", N_("Home"), "home"),
            Way("trades.gave", N_("I gave"), "gave", records=True),
            Way("trades.got", N_("I got"), "got", records=True, main=True),
            Way("trades.history", N_("History"), "history"),
        ),
    )
